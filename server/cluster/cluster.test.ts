/**
 * Three nodes of a real WuKongIM behind the embedded business server: the contract, a recall among fifty, and a node
 * that is killed while people write. Needs `WUKONG_CLUSTER_IM`, the path of a WuKongIM v2.2.5 binary
 * (deploy/README.md); without it the tests are skipped by name.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { reasonOf } from '../../shared/errors.ts';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BusinessServer, startBusinessServer } from '../business/business-server.ts';
import { lineOf } from '../contract/report.ts';
import { runContract } from '../contract/run-contract.ts';
import { optionsFor } from '../contract/testing/servers.ts';
import { numberAt, textAt } from '../probes/business.ts';
import { GROUP, PERSON, Person, type Sent, tellsOfRecall } from '../probes/person.ts';
import { eventually } from '../probes/within.ts';
import { findBusiness } from '../probes/world.ts';
import { type ClusterNode, startNodes } from './nodes.ts';

const BINARY = process.env['WUKONG_CLUSTER_IM'] ?? '';
const LONG = { timeout: 240_000 };
const PEOPLE = 50;
const RECALLS = 10;
const WRITTEN = 40;
const KILLED_AFTER = 15;
/** A cluster agrees on new leaders within some seconds. */
const RECOVERY_MS = 60_000;
const quiet = { info: () => undefined, warn: () => undefined };

describe.skipIf(BINARY === '')('three nodes of WuKongIM (WUKONG_CLUSTER_IM)', () => {
  let dir: string;
  let nodes: ClusterNode[];
  let server: BusinessServer;

  beforeAll(async () => {
    // No capitals in the path (wukongim-plugin.md).
    dir = join(tmpdir(), `wk-cluster-${process.pid}-${Date.now()}`);
    nodes = await startNodes(BINARY, dir);
    server = await startBusinessServer({
      dataDir: join(dir, 'business'),
      // The node that nobody kills: TSDD is given a balancer in its place.
      imApi: nodes[0]?.api ?? '',
      smsCode: '246810',
      passwordCost: 16,
      requestsPerSecond: 10_000,
      log: quiet,
    });
  }, 240_000);
  afterAll(async () => {
    await server?.close();
    for (const node of nodes ?? []) await node.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Somebody new, whose connection goes to this node. */
  async function person(node: number): Promise<Person> {
    const { business } = await findBusiness(server.api, AbortSignal.timeout(LONG.timeout));
    const each = new Person(business, { username: `cl${randomUUID().slice(0, 13)}`, password: 'pw123456' });
    const body = { username: each.username, password: each.password, name: 'somebody', flag: 2 };
    await business.call('POST', 'user/usernameregister', { body });
    await each.signIn();
    goTo(each, node);
    return each;
  }
  function goTo(each: Person, node: number): void {
    each.disconnect();
    each.route = { tcp: nodes[node]?.tcp ?? '', ws: '', wss: '' };
  }

  test('keep the contract', LONG, async () => {
    const report = await runContract(optionsFor(server.api, { smsCode: '246810' }));
    const failed = report.findings.filter(
      ({ outcome, chapter }) => outcome === 'failed' && chapter !== 'stricter',
    );
    expect([report.stopped, failed.map(lineOf)]).toEqual(['', []]);
  });

  test('tell fifty people on all nodes of every recall', LONG, async () => {
    const people: Person[] = [];
    for (let n = 0; n < PEOPLE; n += 1) people.push(await person(n % nodes.length));
    const [owner, ...members] = people as [Person, ...Person[]];
    const group = await owner.ask('POST', 'group/create', {
      members: members.map(({ uid }) => uid),
      name: 'fifty',
    });
    const chat = { id: textAt(group, 'group_no'), type: GROUP } as const;
    await Promise.all(people.map((each) => each.connect()));
    const took: number[] = [];
    for (let n = 0; n < RECALLS; n += 1) {
      const sent = await owner.say(chat, `to be recalled ${n}`);
      const startedAt = performance.now();
      await owner.mustRevoke(chat, sent);
      await Promise.all(
        members.map((each) => each.hear('the command', (heard) => tellsOfRecall(heard, sent.messageId))),
      );
      took.push(performance.now() - startedAt);
    }
    for (const each of people) each.disconnect();
    expect(took).toHaveLength(RECALLS);
    const sorted = took.toSorted((a, b) => a - b).map(Math.round);
    process.stdout.write(`recall to the last of ${members.length} members: ${sorted.join(', ')} ms\n`);
  });

  test('lose no acknowledged message when one is killed, and recall the same everywhere', LONG, async () => {
    const [alice, bob] = [await person(2), await person(1)];
    const [toBob, toAlice] = [
      { id: bob.uid, type: PERSON },
      { id: alice.uid, type: PERSON },
    ] as const;
    const acknowledged: Sent[] = [];
    const said: string[] = [];
    let tries = 0;
    for (let n = 0; n < WRITTEN; n += 1) {
      if (n === KILLED_AFTER) void nodes[2]?.kill();
      const clientMsgNo = randomUUID();
      const sent = await eventually(RECOVERY_MS, async () => {
        try {
          const once = await alice.send(toBob, { type: 1, content: `message ${n}` }, { clientMsgNo });
          if (once.reason === 1) return once;
          said.push(`${Math.round(performance.now())} reason ${once.reason}`);
          // A cluster that has no leader yet is not asked faster than clients ask.
          await delay(1_000);
          goTo(alice, tries++ % 2);
          return null;
        } catch (error) {
          // As a client: another node, the same number.
          goTo(alice, tries++ % 2);
          said.push(`${Math.round(performance.now())} ${reasonOf(error)}`);
          return null;
        }
      });
      if (sent === null) {
        // Seen of v2.2.5 on a busy machine: the channel's leader lives and its log goes no further. That is no loss of
        // what was acknowledged, which is what is promised here, but whoever runs this has to know.
        process.stdout.write(`writing did not go on after the kill: ${said.join('; ')}\n`);
        break;
      }
      acknowledged.push(sent);
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLED_AFTER);
    const numbers = async (): Promise<string[] | null> => {
      const rows = await bob.history(toAlice, { limit: 200 }).catch(() => []);
      const found = rows.map((row) => textAt(row, 'client_msg_no'));
      return acknowledged.every((each) => found.includes(each.clientMsgNo)) ? found : null;
    };
    const found = await eventually(RECOVERY_MS, numbers);
    expect(found).not.toBeNull();
    // In the order of sending; one that was sent again may stand there twice.
    const order = [...new Set(found)];
    expect(order).toEqual(acknowledged.map(({ clientMsgNo }) => clientMsgNo));
    for (const each of acknowledged.slice(-RECALLS)) {
      const done = await eventually(RECOVERY_MS, async () =>
        (await alice.revoke(toBob, each)).status === 200 ? true : null,
      );
      expect(done).toBe(true);
    }
    const states = await Promise.all(
      [alice.extras(toBob, 1, 1000), bob.extras(toAlice, 1, 1000)].map(async (rows) =>
        (await rows)
          .filter((row) => row['revoke'] === 1)
          .map((row) => [textAt(row, 'message_id_str'), numberAt(row, 'extra_version')]),
      ),
    );
    expect(states[0]).toHaveLength(RECALLS);
    expect(states[1]).toEqual(states[0]);
    for (const each of [alice, bob]) each.disconnect();
  });
});
