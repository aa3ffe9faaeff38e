/**
 * A node that hangs (SIGSTOP): its ports take connections and it says nothing, which a crash never does. Fifty people
 * write and recall meanwhile, as clients do: who hears nothing of a PING goes to another node and sends again under the
 * same number, and a recall that was refused for want of an answer is asked for again.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { reasonOf } from '../../shared/errors.ts';
import { isObject } from '../../shared/json.ts';
import { numberAt, textAt } from '../probes/business.ts';
import { type Chat, GROUP, Person, type Sent } from '../probes/person.ts';
import { eventually, settled } from '../probes/within.ts';
import type { RunningGuard } from './deployment.ts';
import { delaysOf, heardByAll, listen, type OwedRecall } from './hearing.ts';
import { type ClusterNode, leaderOf } from './nodes.ts';
import { goTo, newPerson, RECOVERY_MS } from './scenes.ts';

const PEOPLE = 50;
const HUNG_MS = 30_000;
/** Each writes so often, about. */
const EVERY_MS = 3_000;
const PONG_MS = 3_000;
/** Clients give up a call after 10 s; a guard has said why before. */
const ANSWER_MS = 10_000;
/** On the way up while many recalls are under way; what piles up grows by far more. */
const MOST_GROWTH_BYTES = 96 * 1024 * 1024;
const MOST_MORE_FILES = 400;
/** What a guard may say while it cannot know. Never that a message is not there. */
const TRUE_REASONS = ['查询IM消息错误', '权限判断失败！', '更新消息为撤回状态失败！'];

interface Written extends Sent {
  by: Someone;
  words: string;
  tries: number;
}

interface Recalled extends OwedRecall {
  message: Written;
}

/** Connects as clients do: where the guard says, and asks it again when the connection is given up. */
class Someone {
  readonly person: Person;
  moved = 0;
  constructor(person: Person) {
    this.person = person;
  }

  /** Whether the server hears this person; what does not answer a PING is given up. */
  async #isHeard(): Promise<boolean> {
    const { line } = this.person;
    if (!line || line.isClosed) return false;
    line.packet({ type: 'ping' });
    return settled(line.next('pong'), PONG_MS, 'PONG').then(
      () => true,
      () => false,
    );
  }

  async beHeard(): Promise<void> {
    if (await this.#isHeard()) return;
    this.moved += 1;
    goTo(this.person, undefined);
    await this.person.connect().catch(() => undefined);
  }

  /** Null: not taken, whatever was tried until `until`. */
  async write(chat: Chat, words: string, until: number): Promise<Written | null> {
    const clientMsgNo = randomUUID();
    for (let tries = 1; ; tries += 1) {
      const sent = await this.person
        .send(chat, { type: 1, content: words }, { clientMsgNo })
        .catch(() => null);
      if (sent?.reason === 1) return { ...sent, by: this, words, tries };
      if (performance.now() > until) return null;
      await this.beHeard();
      await delay(500);
    }
  }
}

interface Told {
  /** Answers by what they said; '' = accepted. */
  answers: Map<string, number>;
  slowestMs: number;
}

/** What was seen, for who reads the output of a run. */
export interface HungReport {
  leader: number | null;
  acknowledged: number;
  recalled: number;
  moved: number;
  answers: Record<string, number>;
  slowestRecallMs: number;
  /** While it hung. */
  stillWritten: number;
  recalledWhileHung: number;
  /** Connections that answer PINGs and are told nothing any more. */
  deaf: number;
  /** From a recall's acceptance until the last connection that heard of it did, the longest. */
  slowestCommandMs: number;
  /** Recalls that somebody heard of by a later command than those of the first 30 s. */
  heardLate: number;
}

/** @throws AssertionError when anything acknowledged is lost or doubled, or a recall is not the same for everybody */
export async function writeWhileHung(
  guards: readonly RunningGuard[],
  nodes: readonly ClusterNode[],
): Promise<HungReport> {
  const everybody: Someone[] = [];
  for (let n = 0; n < PEOPLE; n += 1)
    everybody.push(new Someone(await newPerson(guards[n % guards.length]?.url ?? '', undefined)));
  const [owner, ...members] = everybody as [Someone, ...Someone[]];
  const group = await owner.person.ask('POST', 'group/create', {
    members: members.map(({ person }) => person.uid),
    name: 'of a node that hangs',
  });
  const chat: Chat = { id: textAt(group, 'group_no'), type: GROUP };
  await Promise.all(everybody.map(({ person }) => person.connect()));
  const written: Written[] = [];
  for (const each of everybody) {
    const one = await each.write(chat, `secret ${randomUUID()}`, performance.now() + RECOVERY_MS);
    if (one) written.push(one);
  }
  expect(written).toHaveLength(PEOPLE);
  const leader = await leaderOf(nodes, chat.id, GROUP);
  const hung = nodes.find(({ id }) => id === leader) ?? nodes[0];
  if (hung === undefined) throw new Error('no node');
  const before = await Promise.all(guards.map(sizeOf));

  const told: Told = { answers: new Map(), slowestMs: 0 };
  const recalled: Recalled[] = [];
  const refused: Written[] = [];
  const endListening = listen(everybody.map(({ person }) => person));
  hung.hang();
  const until = performance.now() + HUNG_MS;
  let isHung = true;
  let stillWritten = 0;
  let recalledWhileHung = 0;
  const records = { told, recalled };
  const writing = async (each: Someone): Promise<void> => {
    while (performance.now() < until) {
      const one = await each.write(chat, `secret ${randomUUID()}`, until + RECOVERY_MS);
      if (one) written.push(one);
      if (one && isHung) stillWritten += 1;
      await delay(EVERY_MS);
    }
  };
  /** The own newest that was not recalled yet; what is refused is asked for again. */
  const recalling = async (each: Someone): Promise<void> => {
    const open = new Set<Written>();
    while (performance.now() < until) {
      const next =
        [...open][0] ??
        written.findLast(
          ({ by, messageId }) => by === each && !recalled.some((one) => one.message.messageId === messageId),
        );
      if (next && (await recall(next, everybody, chat, records))) open.delete(next);
      else if (next) open.add(next);
      await delay(EVERY_MS);
    }
    refused.push(...open);
  };
  const live = async (each: Someone, n: number): Promise<void> => {
    await delay((n / PEOPLE) * EVERY_MS);
    await Promise.all([writing(each), recalling(each)]);
  };
  try {
    const lives = Promise.all(everybody.map(live));
    await Promise.all(guards.map((guard) => namesIt(guard, hung)));
    await delay(Math.max(0, until - performance.now()));
    hung.goOn();
    isHung = false;
    recalledWhileHung = recalled.length;
    await lives;
  } finally {
    hung.goOn();
  }

  // What was refused for want of an answer is done in the end.
  for (const each of refused) {
    const done = await eventually(RECOVERY_MS, async () =>
      (await recall(each, everybody, chat, records)) ? true : null,
    );
    expect([each.messageId, done]).toEqual([each.messageId, true]);
  }
  const reasons = [...told.answers.keys()].filter((said) => said !== '');
  expect(reasons.filter((said) => !TRUE_REASONS.includes(said))).toEqual([]);
  expect(told.slowestMs).toBeLessThan(ANSWER_MS);
  for (const [n, guard] of guards.entries()) {
    const [was, is] = [before[n], await sizeOf(guard)];
    expect(is.bytes - (was?.bytes ?? 0)).toBeLessThan(MOST_GROWTH_BYTES);
    expect(is.files - (was?.files ?? 0)).toBeLessThan(MOST_MORE_FILES);
  }

  await nothingLost(nodes, chat, owner, written);
  const deaf = await heardByAll(recalled, async (words) => {
    expect(await owner.write(chat, words, performance.now() + RECOVERY_MS)).not.toBeNull();
  });
  endListening();
  const { slowestMs, late } = delaysOf(recalled);
  await sameForAll(guards, chat, everybody, recalled);
  for (const { person } of everybody) person.disconnect();
  return {
    leader,
    acknowledged: written.length,
    recalled: recalled.length,
    moved: everybody.reduce((sum, { moved }) => sum + moved, 0),
    answers: Object.fromEntries(told.answers),
    slowestRecallMs: Math.round(told.slowestMs),
    stillWritten,
    recalledWhileHung,
    deaf,
    slowestCommandMs: slowestMs,
    heardLate: late,
  };
}

/** Whether it was accepted. */
async function recall(
  message: Written,
  everybody: readonly Someone[],
  chat: Chat,
  { told, recalled }: { told: Told; recalled: Recalled[] },
): Promise<boolean> {
  const lines = new Map(everybody.map(({ person }) => [person, person.line]));
  const startedAt = performance.now();
  const answer = await message.by.person.revoke(chat, message).catch((error: unknown) => ({
    status: 0,
    json: null,
    text: reasonOf(error),
  }));
  told.slowestMs = Math.max(told.slowestMs, performance.now() - startedAt);
  const said = answer.status === 200 ? '' : isObject(answer.json) ? textAt(answer.json, 'msg') : answer.text;
  told.answers.set(said, (told.answers.get(said) ?? 0) + 1);
  if (answer.status === 200)
    recalled.push({ message, messageId: message.messageId, at: performance.now(), lines });
  return answer.status === 200;
}

/** The guard says which node is silent, and that clients may come all the same. */
async function namesIt(guard: RunningGuard, hung: ClusterNode): Promise<void> {
  const named = await eventually(HUNG_MS, async () => {
    const ready = await fetch(`${guard.metrics}/ready`);
    const text = await ready.text();
    return ready.status === 200 && text.includes(`WuKongIM ${hung.api}: no answer`) ? text : null;
  });
  expect(named).not.toBeNull();
  const metrics = await (await fetch(`${guard.metrics}/metrics`)).text();
  expect(metrics).toContain(`guard_im_up{node="${hung.api}"} 0`);
}

async function sizeOf(guard: RunningGuard): Promise<{ bytes: number; files: number }> {
  const text = await (await fetch(`${guard.metrics}/metrics`)).text();
  const of = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return { bytes: of('process_resident_memory_bytes'), files: of('process_open_fds') };
}

async function nothingLost(
  nodes: readonly ClusterNode[],
  chat: Chat,
  reader: Someone,
  written: readonly Written[],
): Promise<void> {
  const stored = async (api: string): Promise<{ ids: string[]; numbers: string[] } | null> => {
    const response = await fetch(`${api}/channel/messagesync`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        login_uid: reader.person.uid,
        channel_id: chat.id,
        channel_type: chat.type,
        start_message_seq: 0,
        end_message_seq: 0,
        limit: 10_000,
        pull_mode: 1,
      }),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
    const page = response?.ok === true ? ((await response.json()) as { messages?: unknown[] }) : null;
    const rows = page?.messages?.filter(isObject) ?? [];
    const numbers = rows.map((row) => textAt(row, 'client_msg_no'));
    const ids = rows.map((row) => textAt(row, 'message_idstr'));
    return written.every(({ clientMsgNo }) => numbers.includes(clientMsgNo)) ? { ids, numbers } : null;
  };
  const all = await Promise.all(
    nodes.map(async ({ id, api }) => {
      const found = await eventually(RECOVERY_MS, () => stored(api));
      expect([id, found === null ? 'something is lost' : '']).toEqual([id, '']);
      return found;
    }),
  );
  for (const each of all) expect(each?.ids).toEqual(all[0]?.ids);
  // WuKongIM stores what is sent again once more (wukongim.md B.4), and clients show it once.
  const once = written.filter(({ tries }) => tries === 1).map(({ clientMsgNo }) => clientMsgNo);
  const doubled = once.filter((number) => all[0]?.numbers.filter((each) => each === number).length !== 1);
  expect(doubled).toEqual([]);
}

async function sameForAll(
  guards: readonly RunningGuard[],
  chat: Chat,
  everybody: readonly Someone[],
  recalled: readonly Recalled[],
): Promise<void> {
  const ids = recalled.map(({ message }) => message.messageId).toSorted();
  const states = await Promise.all(
    everybody.map(async ({ person }) =>
      (await person.extras(chat, 1, 10_000))
        .filter((row) => row['revoke'] === 1)
        .map((row) => [textAt(row, 'message_id_str'), numberAt(row, 'extra_version')]),
    ),
  );
  for (const state of states) expect(state).toEqual(states[0]);
  const known = states[0]?.map(([id]) => String(id)) ?? [];
  expect(ids.filter((id) => !known.includes(id))).toEqual([]);
  // At every guard, and in whatever page they stand.
  for (const [n] of guards.entries()) {
    const { person } = everybody[n] as Someone;
    const pages: string[] = [];
    for (let start = 1; start < 10_000; start += 100) {
      const { text } = await person.historyAnswer(chat, { start, end: start + 100, limit: 100, pull: 1 });
      pages.push(text);
      if (!text.includes('message_idstr')) break;
    }
    const all = pages.join('\n');
    expect(recalled.filter(({ message }) => all.includes(message.words))).toEqual([]);
  }
}
