/** What a client needs to be right after it was away (docs/protocol/tsdd-api.md 4, 5.2; docs/sync.md). */
import type { JsonObject } from '../../shared/json.ts';
import { numberAt, rowsOf, textAt } from '../probes/business.ts';
import type { Chat, Person, Sent } from '../probes/person.ts';
import { need } from '../probes/shortcoming.ts';
import { eventually } from '../probes/within.ts';
import type { Check } from './check.ts';

const AWAY_MESSAGES = 25;
const PAGE = 10;
const RECALLED = 5;
const BEHIND_MS = 6_000;

/** `last_msg_seqs`: `id:type:seq|…` of what is known. */
async function listed(person: Person, key: string, lastMsgSeqs = ''): Promise<JsonObject[]> {
  const body = { version: 0, last_msg_seqs: lastMsgSeqs, msg_count: 1, device_uuid: person.deviceId };
  return rowsOf('conversation/sync', await person.call('POST', 'conversation/sync', body), key);
}

/** All extras from `from` on, a page of `limit` at a time, each from the last version seen. */
async function allExtras(reader: Person, chat: Chat, from: number, limit: number): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  const source = `contract-${reader.deviceId}-${from}`;
  let version = from;
  for (let page = 0; page < 100; page += 1) {
    const found = await reader.extras(chat, version, limit, source);
    if (found.length === 0) return rows;
    const versions = found.map((row) => numberAt(row, 'extra_version'));
    need(
      versions.every((each, n) => each > (versions[n - 1] ?? version)),
      `versions are not ascending: ${versions.join(', ')}`,
    );
    version = versions.at(-1) ?? version;
    rows.push(...found);
  }
  return rows;
}

export const SYNC_CHECKS: readonly Check[] = [
  {
    id: 'sync.list',
    title: 'lists persons and groups with names and newest message',
    async run(world) {
      const { alice, bob, toBob, toAlice } = world;
      const chat = await world.group();
      const sent = [await alice.say(toBob, 'listed'), await alice.say(chat, 'listed')];
      for (const [n, each] of [toAlice, chat].entries()) {
        const row = await eventually(BEHIND_MS, async () => {
          const found = await bob.conversation(each);
          return numberAt(found, 'last_msg_seq') === sent[n]?.seq ? found : null;
        });
        need(
          row !== null,
          `the ${each.type === 1 ? 'person' : 'group'} is not listed with its newest message`,
        );
        need(numberAt(row, 'timestamp') > 0, 'a conversation without timestamp');
      }
      const users = await listed(bob, 'users');
      const groups = await listed(bob, 'groups');
      need(
        users.some((row) => row['uid'] === alice.uid && textAt(row, 'name') !== ''),
        'users lacks the other person',
      );
      need(
        groups.some((row) => row['group_no'] === chat.id && textAt(row, 'name') !== ''),
        'groups lacks the group',
      );
    },
  },
  {
    id: 'sync.incremental',
    title: 'leaves out what is known, and brings what is new, by last_msg_seqs',
    async run({ alice, bob, toBob }) {
      const known = await alice.say(toBob, 'known');
      const at = `${alice.uid}:1:${known.seq}`;
      const has = async (): Promise<boolean> =>
        (await listed(bob, 'conversations', at)).some((row) => row['channel_id'] === alice.uid);
      need(!(await has()), 'a conversation with nothing new is listed');
      const fresh = await alice.say(toBob, 'new');
      const brought = await eventually(BEHIND_MS, async () => ((await has()) ? true : null));
      need(brought !== null, `message_seq ${fresh.seq} is not brought`);
    },
  },
  {
    id: 'sync.no-loss',
    title: 'pages through what came while away: everything once, in order',
    async run({ alice, bob, toBob, toAlice }) {
      bob.disconnect();
      const sent: Sent[] = [];
      for (let n = 0; n < AWAY_MESSAGES; n += 1) sent.push(await alice.say(toBob, `away ${n}`));
      const first = sent[0]?.seq ?? 0;
      const found: string[] = [];
      let from = first;
      for (let page = 0; page < AWAY_MESSAGES; page += 1) {
        const rows = await bob.history(toAlice, { start: from, end: 0, limit: PAGE, pull: 1 });
        if (rows.length === 0) break;
        found.push(...rows.map((row) => textAt(row, 'message_idstr')));
        from = numberAt(rows.at(-1), 'message_seq') + 1;
      }
      const wanted = sent.map(({ messageId }) => messageId);
      need(
        found.join() === wanted.join(),
        `${found.length} rows instead of the ${wanted.length} that were sent`,
      );
    },
  },
  {
    id: 'sync.extra-pages',
    title: 'pages through extras by version: every recall once, oldest first',
    async run({ alice, bob, toBob, toAlice }) {
      const before = Math.max(
        1,
        ...(await allExtras(bob, toAlice, 1, 1000)).map((row) => numberAt(row, 'extra_version')),
      );
      const sent: Sent[] = [];
      for (let n = 0; n < RECALLED; n += 1) sent.push(await alice.say(toBob, `recalled ${n}`));
      for (const each of sent) await alice.mustRevoke(toBob, each);
      const rows = (await allExtras(bob, toAlice, before, 2)).filter((row) => row['revoke'] === 1);
      const found = rows.map((row) => textAt(row, 'message_id_str'));
      const wanted = sent.map(({ messageId }) => messageId);
      need(found.join() === wanted.join(), `${found.length} recalls in pages instead of ${wanted.length}`);
    },
  },
  {
    id: 'sync.draft',
    title: 'keeps a draft for the other devices',
    async run({ alice, bob }) {
      const draft = { browse_to: 0, keep_message_seq: 0, keep_offset_y: 0, draft: 'half a sentence' };
      await bob.ask('POST', `conversations/${alice.uid}/1/extra`, draft);
      const rows = rowsOf(
        'conversation/extra/sync',
        await bob.call('POST', 'conversation/extra/sync', { version: 0 }),
      );
      const row = rows.find((each) => each['channel_id'] === alice.uid);
      await bob.call('POST', `conversations/${alice.uid}/1/extra`, { ...draft, draft: '' });
      need(textAt(row, 'draft') === 'half a sentence', 'the draft is not in conversation/extra/sync');
      need(numberAt(row, 'version') > 0, 'the draft has no version');
    },
  },
  {
    id: 'sync.members',
    title: 'brings changes of a group’s members by version',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.group();
      const all = rowsOf(
        'membersync',
        await bob.call('GET', `groups/${chat.id}/membersync?version=0&limit=10000`),
      );
      const version = Math.max(...all.map((row) => numberAt(row, 'version')));
      await alice.ask('PUT', `groups/${chat.id}/members/${alice.uid}`, { remark: 'known as' });
      const changed = await eventually(BEHIND_MS, async () => {
        const answer = await bob.call('GET', `groups/${chat.id}/membersync?version=${version}&limit=10000`);
        return rowsOf('membersync', answer).find(
          (row) => row['uid'] === alice.uid && row['remark'] === 'known as',
        );
      });
      need(changed !== null, 'a changed name in the group is not brought');
    },
  },
];
