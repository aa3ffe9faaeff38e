/** Three nodes of a real WuKongIM as processes of this computer, on loopback only. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../shared/testing/free-port.ts';
import { eventually } from '../probes/within.ts';
import { settingsOf } from './compose-settings.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';

const NODES = 3;
const READY_MS = 120_000;

export interface ClusterNode extends OwnProcess {
  id: number;
  api: string;
  /** host:port */
  tcp: string;
  ws: string;
  pluginSocket: string;
}

interface Ports {
  api: number;
  tcp: number;
  ws: number;
  cluster: number;
}

/** Where nodes tell of messages: TSDD. */
export interface Webhook {
  /** host:port */
  address: string;
}

interface Cluster {
  all: readonly Ports[];
  webhook: Webhook | undefined;
}

/** What deploy/compose.yaml says, with the addresses of this computer. */
function environmentOf(
  id: number,
  { api, tcp, ws }: Ports,
  dir: string,
  { all, webhook }: Cluster,
): Record<string, string> {
  const own = all[id - 1]?.cluster ?? 0;
  const addresses = Object.fromEntries([
    ['tsdd:8090', webhook?.address ?? ''],
    ...all.map(({ cluster }, n) => [`im${n + 1}:11110`, `127.0.0.1:${cluster}`]),
  ]) as Record<string, string>;
  const settings = settingsOf('WK_', {}, addresses);
  if (webhook === undefined) delete settings['WK_WEBHOOK_HTTPADDR'];
  return {
    ...settings,
    WK_ROOTDIR: join(dir, 'data'),
    WK_ADDR: `tcp://127.0.0.1:${tcp}`,
    WK_HTTPADDR: `127.0.0.1:${api}`,
    WK_WSADDR: `ws://127.0.0.1:${ws}`,
    WK_EXTERNAL_IP: '127.0.0.1',
    WK_EXTERNAL_TCPADDR: `127.0.0.1:${tcp}`,
    WK_EXTERNAL_WSADDR: `ws://127.0.0.1:${ws}`,
    WK_PLUGIN_SOCKETPATH: join(dir, 'plugin.sock'),
    WK_CLUSTER_NODEID: String(id),
    WK_CLUSTER_ADDR: `tcp://127.0.0.1:${own}`,
    WK_CLUSTER_SERVERADDR: `127.0.0.1:${own}`,
    WK_CLUSTER_APIURL: `http://127.0.0.1:${api}`,
  };
}

/** Starts them below `dir`; resolves when each takes a token. @throws Error with the end of the log */
export async function startNodes(binary: string, dir: string, webhook?: Webhook): Promise<ClusterNode[]> {
  try {
    return await tryNodes(binary, join(dir, 'first'), webhook);
  } catch {
    // A node ends by itself when its slots have no leader in time, which on a busy computer happens: in a deployment it
    // is started again.
    return await tryNodes(binary, join(dir, 'second'), webhook);
  }
}

async function tryNodes(binary: string, dir: string, webhook?: Webhook): Promise<ClusterNode[]> {
  const ports: Ports[] = [];
  for (let n = 0; n < NODES; n += 1)
    ports.push({
      api: await freePort(),
      tcp: await freePort(),
      ws: await freePort(),
      cluster: await freePort(),
    });
  const nodes = ports.map((each, n) =>
    startNode(binary, join(dir, `node-${n + 1}`), n + 1, each, { all: ports, webhook }),
  );
  for (const node of nodes) {
    const ready = await eventually(READY_MS, async () =>
      node.hasEnded() ? false : await takesTokens(node.api),
    );
    if (ready !== true) {
      await Promise.all(nodes.map((each) => each.kill()));
      const end = readFileSync(join(dir, `node-${node.id}`, 'log'), 'utf8').slice(-2_000);
      throw new Error(
        `node ${node.id} of WuKongIM ${ready === null ? 'was not ready in time' : 'ended'}: ${end}`,
      );
    }
  }
  return nodes;
}

function startNode(binary: string, dir: string, id: number, ports: Ports, cluster: Cluster): ClusterNode {
  mkdirSync(dir, { recursive: true });
  const log = openSync(join(dir, 'log'), 'w');
  const child = spawn(binary, ['--config', join(dir, 'none.yaml'), '--ignoreMissingConfig=true'], {
    cwd: dir,
    env: { ...process.env, ...environmentOf(id, ports, dir, cluster) },
    stdio: ['ignore', log, log],
  });
  return {
    ...ownProcess(child),
    id,
    api: `http://127.0.0.1:${ports.api}`,
    tcp: `127.0.0.1:${ports.tcp}`,
    ws: `ws://127.0.0.1:${ports.ws}`,
    pluginSocket: join(dir, 'plugin.sock'),
  };
}

/**
 * Which node leads the log of a channel (stored form), by its id; null while nobody says so. The node that leads the
 * channel's slot knows.
 */
export async function leaderOf(
  nodes: readonly ClusterNode[],
  channelId: string,
  channelType: number,
): Promise<number | null> {
  for (const { api } of nodes) {
    try {
      const url = `${api}/cluster/channels/${encodeURIComponent(channelId)}/${channelType}/config`;
      const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
      // Written so by v2.2.5.
      const { learder_id: leader } = (await response.json()) as { learder_id?: number };
      if (response.ok && leader !== undefined && leader > 0) return leader;
    } catch {
      // Another may know.
    }
  }
  return null;
}

/**
 * Whether every node that holds the log of a channel (stored form) has all of it, as WuKongIM tells: then any one of
 * three may go and nothing stands still for want of the other two.
 */
export async function isWhole(
  nodes: readonly ClusterNode[],
  channelId: string,
  channelType: number,
): Promise<true | null> {
  const url = `${nodes[0]?.api}/cluster/channels/${encodeURIComponent(channelId)}/${channelType}/replicas`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    if (!response.ok) return null;
    const replicas = (await response.json()) as { last_msg_seq: number }[];
    const [first] = replicas;
    return replicas.length === nodes.length &&
      replicas.every((each) => each.last_msg_seq === first?.last_msg_seq)
      ? true
      : null;
  } catch {
    return null;
  }
}

/** A write that needs a leader of its slot: /health says ok before there is one. */
async function takesTokens(api: string): Promise<true | null> {
  try {
    const response = await fetch(`${api}/user/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uid: 'cluster-ready', token: 'x', device_flag: 2, device_level: 0 }),
      signal: AbortSignal.timeout(3_000),
    });
    return response.ok && ((await response.json()) as { status?: number }).status === 200 ? true : null;
  } catch {
    return null;
  }
}
