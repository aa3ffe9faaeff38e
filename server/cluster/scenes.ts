/** What people do on a cluster, and what must be true afterwards; whatever stands in front of the nodes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { reasonOf } from '../../shared/errors.ts';
import { numberAt, textAt } from '../probes/business.ts';
import { GROUP, PERSON, Person, type Sent, tellsOfRecall } from '../probes/person.ts';
import { eventually } from '../probes/within.ts';
import { findBusiness } from '../probes/world.ts';
import type { ClusterNode } from './nodes.ts';

export const LONG = { timeout: 240_000 };
const PEOPLE = 50;
export const RECALLS = 10;
const WRITTEN = 40;
export const KILLED_AFTER = 15;
/** A cluster agrees on new leaders within some seconds. */
export const RECOVERY_MS = 60_000;

/** Moves somebody to a node. */
export function goTo(each: Person, node: ClusterNode | undefined): void {
  each.disconnect();
  each.route = { tcp: node?.tcp ?? '', ws: '', wss: '' };
}

/** Somebody new at the business server of this address, whose connection goes to this node. */
export async function newPerson(api: string, node: ClusterNode | undefined): Promise<Person> {
  const { business } = await findBusiness(api, AbortSignal.timeout(LONG.timeout));
  const each = new Person(business, { username: `cl${randomUUID().slice(0, 13)}`, password: 'pw123456' });
  const body = { username: each.username, password: each.password, name: 'somebody', flag: 2 };
  // A slot of a busy node that stands still for a moment (wukongim.md D) is no reason to give up, nor for clients.
  const signedIn = await eventually(RECOVERY_MS, async () => {
    await business.call('POST', 'user/usernameregister', { body });
    return await each.signIn().catch(() => null);
  });
  if (signedIn === null) await each.signIn();
  goTo(each, node);
  return each;
}

/** Two who may write to each other. */
export async function befriended(one: Person, other: Person): Promise<void> {
  const answer = await one.ask('GET', `user/search?keyword=${other.username}`);
  const { vercode } = answer['data'] as { vercode: string };
  await one.ask('POST', 'friend/apply', { to_uid: other.uid, remark: '', vercode });
  const requests = await other.call('GET', 'friend/apply?page_index=1&page_size=20');
  const row = (requests.json as { to_uid: string; token: string }[]).find(({ to_uid }) => to_uid === one.uid);
  await other.ask('POST', 'friend/sure', { token: row?.token });
}

/** Fifty people in a group, on all nodes, hear of every recall of its owner. Answers how long the last took, ms. */
export async function tellFifty(apis: readonly string[], nodes: readonly ClusterNode[]): Promise<number[]> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n += 1)
    people.push(await newPerson(apis[n % apis.length] ?? '', nodes[n % nodes.length]));
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
  return sorted;
}

/**
 * One of them writes to the other while the third node is killed: nothing acknowledged is lost, recalls are the same
 * for both. Answers how many messages were acknowledged.
 */
export async function writeWhileKilled(
  [alice, bob]: readonly [Person, Person],
  nodes: readonly ClusterNode[],
): Promise<number> {
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
        goTo(alice, nodes[tries++ % 2]);
        return null;
      } catch (error) {
        // As a client: another node, the same number.
        goTo(alice, nodes[tries++ % 2]);
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
  // In the order of sending. One that was sent again may stand there twice, and one that was not acknowledged, too;
  // new friends begin with a greeting of the server.
  const numbersSent = acknowledged.map(({ clientMsgNo }) => clientMsgNo);
  expect([...new Set(found)].filter((each) => numbersSent.includes(each))).toEqual(numbersSent);
  for (const each of acknowledged.slice(-RECALLS)) {
    let said = '';
    const done = await eventually(RECOVERY_MS, async () => {
      const answer = await alice.revoke(toBob, each);
      said = `${answer.status} ${answer.text}`;
      return answer.status === 200 ? true : null;
    });
    expect([done, said]).toEqual([true, said]);
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
  return acknowledged.length;
}
