/**
 * WuKongIM v2.2.5 forgets connections of other people when one ends at a node that does not lead its person's slot
 * (docs/guard.md, "Which node people are sent to"), on three real nodes: with people where the guard sends them nobody
 * is forgotten. How many are with people at the other nodes is told, not asked for: it is a fault of the program given.
 * Needs `WUKONG_CLUSTER_IM`; without it it is skipped by name.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImApi } from '../business/im-client/im-api.ts';
import { LeadingNodes } from '../guard/recall/leading-nodes.ts';
import { ImNodes } from '../guard/recall/im-nodes.ts';
import { TestClient } from '../im/testing/test-client.ts';
import { troublesOf } from '../im-ready/troubles.ts';
import { eventually } from '../probes/within.ts';
import { type ClusterNode, startNodes } from './nodes.ts';
import { PROGRAMS } from './programs.ts';
import { LONG } from './scenes.ts';

const PEOPLE = 60;
const READY_MS = 60_000;
const FORGOTTEN_AFTER_MS = 2_000;
const TOKEN = 'of-a-test-only';

describe.skipIf(PROGRAMS.im === '')('connections at three nodes (WUKONG_CLUSTER_IM)', () => {
  let dir: string;
  let nodes: ClusterNode[];
  let leading: LeadingNodes;
  let api: ImApi;

  beforeAll(async () => {
    dir = join(tmpdir(), `wk-forgotten-${process.pid}-${Date.now()}`);
    nodes = await startNodes(PROGRAMS.im, dir);
    const imApi = nodes.map((node) => node.api);
    leading = new LeadingNodes(
      new ImNodes(imApi, undefined),
      { imApi, imApiToken: undefined, imWss: undefined },
      Date.now,
    );
    api = new ImApi(imApi[0] ?? '');
    const isReady = await eventually(READY_MS, async () =>
      (await troublesOf(imApi)).length === 0 ? true : null,
    );
    if (isReady !== true) throw new Error('the nodes were not ready in time');
  }, 300_000);
  afterAll(async () => {
    for (const node of nodes ?? []) await node.kill();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  /** Connects sixty, each at the node `at` says, ends every other one, and tells who of the rest has no PONG then. */
  async function forgotten(name: string, at: (leader: number) => number): Promise<string[]> {
    const lines = new Map<string, TestClient>();
    for (let n = 0; n < PEOPLE; n += 1) {
      const uid = `${name}${n}`;
      const address = (await leading.addressesFor(uid))?.tcp_addr;
      const leader = nodes.findIndex(({ tcp }) => tcp === address);
      expect(leader).toBeGreaterThanOrEqual(0);
      await api.setToken(uid, TOKEN, 2, 0);
      const node = nodes[at(leader)] as ClusterNode;
      lines.set(uid, await TestClient.connect(node.tcp, { uid, token: TOKEN }));
    }
    const all = [...lines];
    for (const [, line] of all.filter((_, n) => n % 2 === 0)) line.close();
    await new Promise((done) => setTimeout(done, FORGOTTEN_AFTER_MS));
    const rest = all.filter((_, n) => n % 2 === 1);
    const mute = await Promise.all(
      rest.map(async ([uid, line]) => {
        const answers = await line.settle().then(
          () => true,
          () => false,
        );
        line.close();
        return answers ? null : uid;
      }),
    );
    return mute.filter((uid) => uid !== null);
  }

  test('none is forgotten when each is at the node that leads their slot', LONG, async () => {
    const elsewhere = await forgotten('elsewhere', (leader) => (leader + 1) % nodes.length);
    process.stdout.write(`forgotten with everybody at another node: ${elsewhere.length} of ${PEOPLE / 2}\n`);
    expect(await forgotten('at-leader', (leader) => leader)).toEqual([]);
  });
});
