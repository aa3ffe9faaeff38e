/**
 * What stock servers do wrong around recall, asked once for `test:server` and `doctor`: words that are still read after
 * it, commands and system lines that a member forges, a time that is only published (docs/protocol/wukongim.md E.1).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '../../shared/json.ts';
import { type Business, numberAt, objectAt, rowsOf, textAt } from './business.ts';
import type { Chat, Person, Sent } from './person.ts';
import { need, NotTried, quoted, Shortcoming } from './shortcoming.ts';
import type { World } from './world.ts';

/** Beyond the published time, for a clock that is read in whole seconds. */
const BEYOND_MS = 2_500;

const newWord = (): string => `w${randomBytes(8).toString('hex')}`;

/**
 * Where a reader still finds words of a recalled message: its own text, its edit, a quote of it. Empty: nowhere.
 * @throws Shortcoming when not even the recall works
 */
export async function readsThatLeak(world: World): Promise<string[]> {
  const { alice, bob, toBob, toAlice } = world;
  const [word, edited] = [newWord(), newWord()];
  const sent = await alice.say(toBob, word);
  await alice.call('POST', 'message/pinned', placeOf(sent, bob.uid));
  const quote = { message_id: sent.messageId, message_seq: sent.seq, from_uid: alice.uid, from_name: 'a' };
  await bob.say(toAlice, 'a reply', { reply: { ...quote, payload: { type: 1, content: word } } });
  const copy = {
    message_id: sent.messageId,
    from_uid: alice.uid,
    timestamp: 1,
    payload: { type: 1, content: word },
  };
  const users = [{ uid: alice.uid, name: 'a' }];
  await bob.send(toAlice, { type: 11, channel_type: 1, users, msgs: [copy] });
  await alice.call('POST', 'message/edit', {
    ...placeOf(sent, bob.uid),
    content_edit: JSON.stringify({ content: edited, type: 1 }),
  });
  await alice.mustRevoke(toBob, sent);
  return wordsFoundBy(bob, toAlice, sent, [word, edited]);
}

function placeOf({ messageId, seq }: Sent, to: string): JsonObject {
  return { message_id: messageId, message_seq: seq, channel_id: to, channel_type: 1 };
}

async function wordsFoundBy(
  reader: Person,
  chat: Chat,
  sent: Sent,
  [word, edited]: readonly string[],
): Promise<string[]> {
  const leaks = new Set<string>();
  const look = (place: string, rows: readonly JsonObject[]): void => {
    for (const row of rows) {
      const text = JSON.stringify(row);
      const isIt = [row['message_idstr'], row['message_id_str'], row['message_id']].includes(sent.messageId);
      if (text.includes(word ?? '')) leaks.add(`${isIt ? 'the message' : 'a quote or line'} in ${place}`);
      if (text.includes(edited ?? '')) leaks.add(`the edit in ${place}`);
    }
  };
  look('message/channel/sync', await reader.history(chat));
  const recents = (await reader.conversation(chat))?.['recents'];
  look('conversation/sync', Array.isArray(recents) ? (recents as JsonObject[]) : []);
  look('message/extra/sync', await reader.extras(chat, 1, 1000));
  // Routes that not every server has: what answers 200 is looked at.
  const pinned = await reader.call('POST', 'message/pinned/sync', {
    version: 0,
    channel_id: chat.id,
    channel_type: chat.type,
  });
  if (pinned.status === 200) look('message/pinned/sync', rowsOf('message/pinned/sync', pinned, 'messages'));
  const commands = await reader.call('POST', 'message/sync', { max_message_seq: 0, limit: 200 });
  if (commands.status === 200 && Array.isArray(commands.json))
    look('message/sync', rowsOf('message/sync', commands));
  for (const keyword of [word, edited]) {
    const body = { keyword, only_message: 1, content_type: [], limit: 20, page: 1 };
    const found = await reader.call('POST', 'search/global', body);
    if (found.status === 200) look('search/global', rowsOf('search/global', found, 'messages'));
  }
  return [...leaks];
}

export interface Forgery {
  id: 'command' | 'notice' | 'system-line' | 'sync-once';
  name: string;
  payload: (target: Sent, author: Person) => JsonObject;
  syncOnce?: true;
}

export const FORGERIES: readonly Forgery[] = [
  {
    id: 'command',
    name: 'a command (type 99 messageRevoke)',
    payload: ({ messageId }) => ({ type: 99, cmd: 'messageRevoke', param: { message_id: messageId } }),
  },
  {
    id: 'sync-once',
    name: 'a command with the syncOnce flag',
    payload: ({ messageId }) => ({ type: 99, cmd: 'messageRevoke', param: { message_id: messageId } }),
    syncOnce: true,
  },
  {
    id: 'notice',
    name: 'a recall notice (type 1006)',
    payload: ({ messageId }, author) => ({
      type: 1006,
      message_id: messageId,
      content: '{0}撤回了一条消息',
      extra: [{ uid: author.uid, name: 'a' }],
    }),
  },
  {
    id: 'system-line',
    name: 'a line of the system (type 2000)',
    payload: () => ({ type: 2000, content: 'a line that no server wrote' }),
  },
];

/** Whether the server takes from bob what only a server may send, about a message of alice. */
export async function takesForgery(
  { alice, bob, toBob, toAlice }: World,
  forgery: Forgery,
): Promise<boolean> {
  const target = await alice.say(toBob, 'what a forged command is about');
  const { reason } = await bob.send(toAlice, forgery.payload(target, alice), {
    flags: { noPersist: false, redDot: false, syncOnce: forgery.syncOnce === true, dup: false },
  });
  return reason === 1;
}

/**
 * Whether the published time is enforced: an own message is recalled once it is older. @throws NotTried when the
 * time is unlimited, or would not be over within `patienceMs`
 */
export async function enforcesWindow(
  world: World,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { alice, toBob, business } = world;
  const config = rulesIn(await business.call('GET', 'common/appconfig'));
  if (config < 0) throw new NotTried('recall is unlimited here: there is no time to enforce');
  const waitMs = config * 1000 + BEYOND_MS;
  if (waitMs > patienceMs)
    throw new NotTried(
      `recall ends after ${config} s: to see it, wait with --patience ${Math.ceil(waitMs / 1000)}`,
    );
  const sent = await alice.say(toBob, 'older than the recall time');
  await delay(waitMs, undefined, { signal });
  const answer = await alice.revoke(toBob, sent);
  if (answer.status === 200) return false;
  need(answer.status === 400, `answered ${answer.status} ${quoted(answer.text)} instead of a refusal`);
  return true;
}

function rulesIn(answer: { json: unknown }): number {
  return numberAt(answer.json as JsonObject, 'revoke_second');
}

/** Whether bob can change alice's words in a chat with her. */
export async function othersEdit({ alice, bob, toBob, toAlice }: World): Promise<boolean> {
  const sent = await alice.say(toBob, 'words of mine');
  const answer = await bob.call('POST', 'message/edit', {
    ...placeOf(sent, alice.uid),
    content_edit: JSON.stringify({ content: 'words of another', type: 1 }),
  });
  if (answer.status === 404) throw new NotTried('message/edit is not there');
  if (answer.status !== 200) return false;
  const extra = objectAt(await bob.row(toAlice, sent), 'message_extra');
  return textAt(objectAt(extra, 'content_edit'), 'content') === 'words of another';
}

/** Whether somebody outside reads what happens in a group. @throws NotTried with two people only */
export async function strangersRead(world: World): Promise<string[]> {
  const { alice, bob, carol } = world;
  const chat = await world.newGroup([bob]);
  const sent = await alice.say(chat, 'for members only');
  await alice.mustRevoke(chat, sent);
  const open: string[] = [];
  const history = await carol.historyAnswer(chat, {});
  if (history.status === 200 && rowsOf('history', history, 'messages').length > 0)
    open.push('message/channel/sync');
  const extras = await carol.call('POST', 'message/extra/sync', {
    channel_id: chat.id,
    channel_type: chat.type,
    extra_version: 1,
    source: carol.deviceId,
    limit: 10,
  });
  if (extras.status === 200 && rowsOf('extra/sync', extras).length > 0) open.push('message/extra/sync');
  const members = await carol.call('GET', `groups/${chat.id}/membersync?version=0&limit=100`);
  if (members.status === 200 && Array.isArray(members.json) && members.json.length > 0)
    open.push('membersync');
  return open;
}

/** What TSDD offers its IM server and everybody can call, with no token; nothing is told or changed by asking. */
export async function openImRoutes(business: Business): Promise<string[]> {
  const open: string[] = [];
  const source = await business.call('POST', 'datasource', { body: { cmd: 'getSystemUIDs' } });
  if (source.status === 200 && Array.isArray(source.json))
    open.push('datasource, which tells the members of any group');
  const webhook = await business.call('POST', 'webhook?event=nothing', { body: [] });
  if (webhook.status === 200) open.push('webhook, which takes messages in anybody’s name');
  return open;
}

/** @throws Shortcoming naming all of them */
export function noneOf(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Shortcoming(`${what}: ${found.join('; ')}`);
}
