/** What people do on a cluster, and what must be true afterwards; whatever stands in front of the nodes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { reasonOf } from '../../shared/errors.ts';
import { numberAt, textAt } from '../probes/business.ts';
import { type Chat, GROUP, PERSON, Person, type Sent, tellsOfRecall } from '../probes/person.ts';
import { eventually } from '../probes/within.ts';
import { findBusiness } from '../probes/world.ts';
import { personChannelId } from '../../shared/wire/person-channel.ts';
import { type ClusterNode, isWhole, leaderOf } from './nodes.ts';

export const LONG = { timeout: 240_000 };
const PEOPLE = 50;
export const RECALLS = 10;
export const WRITTEN = 40;
const KILLED_AFTER = 15;
/** A cluster agrees on new leaders within some seconds. */
export const RECOVERY_MS = 60_000;

/** Moves somebody to a node, or to where they are told to go when they connect. */
export function goTo(each: Person, node: ClusterNode | undefined): void {
  each.disconnect();
  each.route = { tcp: node?.tcp ?? '', ws: '', wss: '' };
}

/** Somebody new at the business server of this address, whose connection goes to this node, or as they are told. */
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
 * One of them writes to the other while the node is killed that leads the log of their chat: nothing acknowledged is
 * lost, writing goes on, recalls are the same for both. Answers how many were taken, and for how long none was, ms.
 */
export async function writeWhileKilled(
  [alice, bob]: readonly [Person, Person],
  nodes: readonly ClusterNode[],
): Promise<{ taken: number; stoodStillMs: number }> {
  const [toBob, toAlice] = [
    { id: bob.uid, type: PERSON },
    { id: alice.uid, type: PERSON },
  ] as const;
  const channelId = personChannelId(alice.uid, bob.uid);
  const acknowledged: Sent[] = [];
  let left = nodes;
  let stoodStillMs = 0;
  for (let n = 0; n < WRITTEN; n += 1) {
    if (n === KILLED_AFTER) {
      // Of a chat that has not healed from what came before nothing could be told.
      expect(await eventually(RECOVERY_MS, () => isWhole(nodes, channelId, PERSON))).toBe(true);
      const leader = await leaderOf(nodes, channelId, PERSON);
      left = nodes.filter(({ id }) => id !== leader);
      expect(left).toHaveLength(nodes.length - 1);
      void nodes.find(({ id }) => id === leader)?.kill();
    }
    const startedAt = performance.now();
    const { sent, said } = await writtenInTheEnd(alice, toBob, `message ${n}`, left);
    if (sent === null) {
      process.stdout.write(`writing did not go on after the kill: ${said.join('; ')}\n`);
      break;
    }
    stoodStillMs = Math.max(stoodStillMs, performance.now() - startedAt);
    acknowledged.push(sent);
  }
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
  return { taken: acknowledged.length, stoodStillMs: Math.round(stoodStillMs) };
}

/** As a client: to another node of these, with the same number, until it is taken. */
async function writtenInTheEnd(
  person: Person,
  chat: Chat,
  content: string,
  nodes: readonly ClusterNode[],
): Promise<{ sent: Sent | null; said: string[] }> {
  const clientMsgNo = randomUUID();
  const said: string[] = [];
  const sent = await eventually(RECOVERY_MS, async () => {
    try {
      const once = await person.send(chat, { type: 1, content }, { clientMsgNo });
      if (once.reason === 1) return once;
      said.push(`${Math.round(performance.now())} reason ${once.reason}`);
      // A cluster that has no leader yet is not asked faster than clients ask.
      await delay(1_000);
    } catch (error) {
      said.push(`${Math.round(performance.now())} ${reasonOf(error)}`);
    }
    goTo(person, nodes[said.length % nodes.length]);
    return null;
  });
  return { sent, said };
}
