/**
 * People whom nobody tells anything any more after a node hung and came back (wukongim.md H), on three real nodes: the
 * guard makes their connections mute, which clients notice by their next PING, and they hear again. Needs
 * `WUKONG_CLUSTER_IM`; without it it is skipped by name.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImApi } from '../business/im-client/im-api.ts';
import { Metrics } from '../guard/metrics.ts';
import { ImNodes } from '../guard/recall/im-nodes.ts';
import { LeadingNodes } from '../guard/recall/leading-nodes.ts';
import { MovedPeople } from '../guard/recall/moved-people.ts';
import { TestClient } from '../im/testing/test-client.ts';
import { troublesOf } from '../im-ready/troubles.ts';
import { eventually, settled } from '../probes/within.ts';
import { type ClusterNode, startNodes } from './nodes.ts';
import { PROGRAMS } from './programs.ts';
import { LONG, RECOVERY_MS } from './scenes.ts';

const PEOPLE = 40;
const HUNG_MS = 25_000;
const NOTICED_MS = 10_000;
const PONG_MS = 3_000;
const HEARD_MS = 3_000;
const LOOK_MS = 2_000;
const HEARTBEATS = 4;
/** Clients' are 25 s apart or more. */
const BETWEEN_MS = 3_000;
const TOKEN = 'of-a-test-only';
const GROUP = { channel_id: 'moved-people', channel_type: 2 };
const quiet = { info: () => undefined, warn: () => undefined };

interface Person {
  uid: string;
  line: TestClient;
  node: ClusterNode | undefined;
}

describe.skipIf(PROGRAMS.im === '')('a node that hung (WUKONG_CLUSTER_IM)', () => {
  let dir: string;
  let nodes: ClusterNode[];
  let im: ImNodes;
  let leading: LeadingNodes;
  let moved: MovedPeople;
  let api: ImApi;
  let people: Person[];

  beforeAll(async () => {
    dir = join(tmpdir(), `wk-moved-${process.pid}-${Date.now()}`);
    nodes = await startNodes(PROGRAMS.im, dir);
    const imApi = nodes.map((node) => node.api);
    im = new ImNodes(imApi, undefined);
    im.watch();
    leading = new LeadingNodes(im, { imApi, imApiToken: undefined, imWss: undefined }, Date.now);
    moved = new MovedPeople({ nodes: leading, log: quiet, metrics: new Metrics() });
    api = new ImApi(imApi[0] ?? '');
    const isReady = await eventually(RECOVERY_MS, async () =>
      (await troublesOf(imApi)).length === 0 ? true : null,
    );
    if (isReady !== true) throw new Error('the nodes were not ready in time');
  }, 300_000);
  afterAll(async () => {
    moved?.close();
    im?.close();
    for (const node of nodes ?? []) await node.kill();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  async function connect(uid: string): Promise<Person> {
    const address = (await leading.addressesFor(uid))?.tcp_addr ?? '';
    const line = await TestClient.connect(address, { uid, token: TOKEN });
    return { uid, line, node: nodes.find(({ tcp }) => tcp === address) };
  }

  /** As clients do: whoever has no PONG comes anew, where they are told to. Answers how many. */
  async function heartbeat(): Promise<number> {
    const anew = await Promise.all(
      people.map(async (each) => {
        each.line.packet({ type: 'ping' });
        const answers = await settled(each.line.next('pong'), PONG_MS, 'PONG').then(
          () => true,
          () => false,
        );
        if (answers) return false;
        each.line.close();
        Object.assign(each, await connect(each.uid));
        return true;
      }),
    );
    return anew.filter(Boolean).length;
  }

  /** How many hear a message to all. */
  async function hearing(content: string): Promise<number> {
    const payload = Buffer.from(JSON.stringify({ type: 1, content })).toString('base64');
    const header = { no_persist: 0, red_dot: 1, sync_once: 0 };
    await api.call('POST', '/message/send', { header, from_uid: 'somebody', ...GROUP, payload });
    await delay(HEARD_MS);
    const heard = people.filter(({ line }) =>
      line.received.some((packet) => packet.type === 'recv' && line.open(packet).text.includes(content)),
    );
    return heard.length;
  }

  test('leaves nobody without messages once clients have noticed', LONG, async () => {
    people = [];
    for (let n = 0; n < PEOPLE; n += 1) {
      await api.setToken(`moved-${n}`, TOKEN, 2, 0);
      people.push(await connect(`moved-${n}`));
    }
    await api.call('POST', '/channel', { ...GROUP, subscribers: people.map(({ uid }) => uid) });
    expect(await hearing('before')).toBe(PEOPLE);
    await moved.look();
    const [, , third] = nodes;
    third?.hang();
    try {
      await delay(NOTICED_MS);
      await Promise.all(
        people
          .filter(({ node }) => node === third)
          .map(async (each) => {
            each.line.close();
            Object.assign(each, await connect(each.uid));
          }),
      );
      await moved.look();
      await delay(HUNG_MS - NOTICED_MS);
    } finally {
      third?.goOn();
    }
    let ended = 0;
    const isDone = await eventually(RECOVERY_MS, async () => {
      ended += await moved.look();
      await delay(LOOK_MS);
      return ended > 0 ? true : null;
    });
    expect(isDone).toBe(true);
    const deaf = PEOPLE - (await hearing('after it came back'));
    const anew: number[] = [];
    // The end of a connection that is not at its leader makes that one forget another.
    for (let n = 0; n < HEARTBEATS && anew.at(-1) !== 0; n += 1) {
      anew.push(await heartbeat());
      await delay(BETWEEN_MS);
    }
    const hear = await hearing('after the heartbeats');
    expect([anew, hear]).toEqual([anew, PEOPLE]);
    process.stdout.write(
      `a node hung: ${deaf} of ${PEOPLE} deaf, ${anew.join(', ')} came anew, none is deaf\n`,
    );
  });
});
