/**
 * Whether a WuKongIM cluster does what TSDD asks of it. `/health` does not tell: it is 200 as soon as a node knows the
 * slots' leaders, seconds before it knows where to pass calls on to, and whatever becomes of slots and of the ways
 * between nodes later (deploy/README.md, "A first start"). So each slot is written to over each node, and a message is
 * sent from each node by way of each: what a node cannot pass on is dropped without a word.
 */
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { reasonOf } from '../../shared/errors.ts';
import { isObject } from '../../shared/json.ts';
import { personChannelId } from '../../shared/wire/person-channel.ts';
import { ImApi } from '../business/im-client/im-api.ts';
import { eventually } from '../probes/within.ts';

const TIMEOUT_MS = 3_000;
const STORED_MS = 5_000;
/** Accounts of nobody: their tokens are thrown away. */
const WHO = 'wk-ready';
/** Names that are tried for a chat whose slot a node leads; of 64 slots on three nodes each leads a third. */
const MOST_NAMES = 500;

interface Node {
  origin: string;
  api: ImApi;
}

/** Of a node that says nothing of use. */
interface View {
  version: number;
  /** Nodes by id, as this one knows them. */
  others: { id: number; isOnline: boolean; hasAddress: boolean }[];
  /** Ids of the nodes that lead the slots, by slot. */
  leaders: number[];
}

const rowsOf = (answer: unknown): Record<string, unknown>[] =>
  isObject(answer) && Array.isArray(answer['data']) ? answer['data'].filter(isObject) : [];

async function viewOf({ api }: Node): Promise<View> {
  const own = await api.call('GET', '/cluster/node');
  const nodes = rowsOf(await api.call('GET', '/cluster/simpleNodes'));
  const slots = rowsOf(await api.call('GET', '/cluster/allslot'));
  const leaders: number[] = [];
  for (const slot of slots) leaders[Number(slot['id'])] = Number(slot['leader_id'] ?? 0);
  return {
    version: isObject(own) ? Number(own['config_version'] ?? 0) : 0,
    others: nodes.map((node) => ({
      id: Number(node['id']),
      isOnline: node['online'] === 1,
      hasAddress: typeof node['api_server_addr'] === 'string' && node['api_server_addr'] !== '',
    })),
    leaders,
  };
}

/** One sentence for each thing that is not as it should be; none: the cluster can be used. */
export async function troublesOf(origins: readonly string[], token?: string): Promise<string[]> {
  const nodes = origins.map((origin) => ({ origin, api: new ImApi(origin, token, TIMEOUT_MS) }));
  const troubles: string[] = [];
  const views: { node: Node; view: View }[] = [];
  for (const node of nodes)
    try {
      views.push({ node, view: await viewOf(node) });
    } catch (error) {
      troubles.push(`${node.origin}: ${reasonOf(error)}`);
    }
  const newest = Math.max(0, ...views.map(({ view }) => view.version));
  for (const { node, view } of views) {
    if (view.version < newest)
      troubles.push(`${node.origin} knows version ${view.version} of the cluster, another ${newest}`);
    for (const { id, isOnline, hasAddress } of view.others) {
      if (!isOnline) troubles.push(`${node.origin} takes node ${id} for gone`);
      if (!hasAddress) troubles.push(`${node.origin} does not know where the API of node ${id} is`);
    }
    if (view.others.length < origins.length)
      troubles.push(`${node.origin} knows ${view.others.length} nodes`);
    if (view.leaders.length === 0 || view.leaders.includes(0))
      troubles.push(`${node.origin} knows slots without a leader`);
  }
  if (troubles.length > 0) return troubles;
  const [first] = views;
  if (first === undefined) return ['no node was named'];
  for (const { node, view } of views) {
    troubles.push(...(await slotsOf(node, view)), ...(await waysOf(node, view)));
  }
  return troubles;
}

/** A name whose slot fits, made of a beginning and a number. */
function named(
  fits: (slot: number) => boolean,
  slots: number,
  idOf: (name: string) => string,
): string | null {
  for (let n = 0; n < MOST_NAMES; n += 1) {
    const name = `${WHO}-${n}`;
    if (fits(crc32(idOf(name)) % slots)) return name;
  }
  return null;
}

/** Writes to each slot. */
async function slotsOf({ origin, api }: Node, { leaders }: View): Promise<string[]> {
  const failed = await Promise.all(
    leaders.map(async (leader, slot) => {
      const uid = named(
        (each) => each === slot,
        leaders.length,
        (name) => name,
      );
      try {
        if (uid !== null) await api.setToken(uid, randomUUID(), 2, 0);
        return null;
      } catch {
        return `${slot} (led by node ${leader})`;
      }
    }),
  );
  const slots = failed.filter((each) => each !== null);
  return slots.length > 0 ? [`${origin}: nothing can be written to slots ${slots.join(', ')}`] : [];
}

/** Sends a message over each node that leads slots, and looks whether it is stored. */
async function waysOf({ origin, api }: Node, { leaders }: View): Promise<string[]> {
  const ways = await Promise.all(
    [...new Set(leaders)].map(async (leader) => {
      const to = named(
        (slot) => leaders[slot] === leader,
        leaders.length,
        (name) => personChannelId(WHO, name),
      );
      if (to === null) return null;
      const clientMsgNo = randomUUID();
      try {
        const payload = { type: 1, content: 'ready' };
        await api.send({ fromUid: WHO, channelId: to, channelType: 1, clientMsgNo, payload });
        const stored = await eventually(STORED_MS, async () => {
          const rows = await api.lookup(WHO, to, 1, { clientMsgNos: [clientMsgNo] }).catch(() => []);
          return rows.length > 0 ? true : null;
        });
        return stored ? null : `${origin}: a message by way of node ${leader} is not stored`;
      } catch (error) {
        return `${origin}: a message by way of node ${leader}: ${reasonOf(error)}`;
      }
    }),
  );
  return ways.filter((each) => each !== null);
}
