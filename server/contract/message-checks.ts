/** Messages: sending, history, being away, receipts, edits (docs/protocol/tsdd-api.md 4 and 5). */
import { Setting } from '../../shared/wire/packets.ts';
import { numberAt, objectAt, objectOf, textAt } from '../probes/business.ts';
import type { Chat, Person, Sent } from '../probes/person.ts';
import { need, NotTried } from '../probes/shortcoming.ts';
import { eventually } from '../probes/within.ts';
import type { World } from '../probes/world.ts';
import type { Check } from './check.ts';

/** TSDD folds read counters every three seconds. */
const BEHIND_MS = 8_000;
const ROWS = 9;

/** So many texts in a row, and the page functions' view of them. */
async function someRows(world: World, chat: Chat): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (let n = 0; n < ROWS; n += 1) sent.push(await world.alice.say(chat, `row ${n}`));
  return sent;
}
const seqsOf = (rows: readonly Record<string, unknown>[]): number[] =>
  rows.map((row) => numberAt(row, 'message_seq'));
const same = (found: readonly number[], wanted: readonly number[]): boolean => found.join() === wanted.join();

/**
 * Told again until it holds, as by whoever reads on: a node of a cluster clears what it has stored itself so far
 * (wukongim.md H). Null: it does not.
 */
const clearedUnread = (who: Person, chat: Chat): Promise<true | null> =>
  eventually(BEHIND_MS, async () => {
    await who.ask('PUT', 'coversation/clearUnread', {
      channel_id: chat.id,
      channel_type: chat.type,
      unread: 0,
    });
    return numberAt(await who.conversation(chat), 'unread') === 0 ? true : null;
  });

export const MESSAGE_CHECKS: readonly Check[] = [
  {
    id: 'message.person',
    title: 'keeps a text to a person with the ids of its acknowledgement, for both',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'to a person');
      for (const row of [await alice.row(toBob, sent), await bob.row(toAlice, sent)]) {
        need(numberAt(row, 'message_seq') === sent.seq, 'another message_seq in history');
        need(textAt(row, 'client_msg_no') === sent.clientMsgNo, 'another client_msg_no in history');
        need(textAt(row, 'from_uid') === alice.uid, 'another author in history');
        need(objectAt(row, 'payload')['content'] === 'to a person', 'other words in history');
      }
    },
  },
  {
    id: 'message.group',
    title: 'delivers a text in a group to its members, and keeps it',
    async run(world) {
      const chat = await world.group();
      await world.bob.connect();
      const sent = await world.alice.say(chat, 'to a group');
      const { packet } = await world.bob.hearMessage(sent.messageId);
      need(packet.channelId === chat.id && packet.channelType === 2, 'it arrived in another channel');
      need(
        textAt(await world.bob.row(chat, sent), 'from_uid') === world.alice.uid,
        'another author in history',
      );
    },
  },
  {
    id: 'message.exact-ids',
    title: 'writes message ids with all their digits, as number and as string',
    async run(world) {
      const { alice, toBob } = world;
      // Of one in 256 a rounded number is the same.
      const sent = (await someRows(world, toBob)).slice(-4);
      const { text } = await alice.historyAnswer(toBob, { limit: 4 });
      for (const { messageId } of sent) {
        need(
          new RegExp(`"message_idstr":\\s*"${messageId}"`).test(text),
          'message_idstr is not the acknowledged id',
        );
        need(new RegExp(`"message_id":\\s*"?${messageId}\\b`).test(text), 'message_id has lost digits');
      }
    },
  },
  {
    id: 'message.history-newest',
    title: 'answers start = end = 0 with the newest rows, ascending',
    async run(world) {
      const sent = await someRows(world, world.toBob);
      const seqs = seqsOf(await world.bob.history(world.toAlice, { limit: 4 }));
      const wanted = sent.slice(-4).map(({ seq }) => seq);
      need(same(seqs, wanted), `message_seq ${seqs.join(', ')} instead of ${wanted.join(', ')}`);
    },
  },
  {
    id: 'message.history-pages',
    title: 'pages to older rows (end, start] and to newer ones [start, end), nothing twice or left out',
    async run(world) {
      const sent = await someRows(world, world.toBob);
      const all = sent.map(({ seq }) => seq);
      const [first = 0, last = 0] = [all[0], all.at(-1)];
      const older = seqsOf(
        await world.bob.history(world.toAlice, { start: last - 1, end: first - 1, limit: 4 }),
      );
      const wantedOlder = all.filter((seq) => seq <= last - 1).slice(-4);
      need(same(older, wantedOlder), `older: ${older.join(', ')} instead of ${wantedOlder.join(', ')}`);
      const newer = seqsOf(
        await world.bob.history(world.toAlice, { start: first + 1, end: last, limit: 100, pull: 1 }),
      );
      const wantedNewer = all.filter((seq) => seq > first && seq < last);
      need(same(newer, wantedNewer), `newer: ${newer.join(', ')} instead of ${wantedNewer.join(', ')}`);
    },
  },
  {
    id: 'message.away',
    title: 'keeps what comes while somebody is away, and counts it as unread',
    async run({ alice, bob, toBob, toAlice }) {
      bob.disconnect();
      await clearedUnread(bob, toAlice);
      const sent = [await alice.say(toBob, 'while away'), await alice.say(toBob, 'while away, again')];
      const conversation = await eventually(BEHIND_MS, async () => {
        const found = await bob.conversation(toAlice);
        return numberAt(found, 'last_msg_seq') === sent[1]?.seq ? found : null;
      });
      need(conversation !== null, 'conversation/sync does not end with the last message');
      need(
        numberAt(conversation, 'unread') === 2,
        `unread is ${numberAt(conversation, 'unread')} instead of 2`,
      );
      for (const each of sent) await bob.row(toAlice, each);
    },
  },
  {
    id: 'message.read',
    title: 'forgets the unread count when it is told to',
    async run({ alice, bob, toBob, toAlice }) {
      await alice.say(toBob, 'to be read');
      need((await clearedUnread(bob, toAlice)) !== null, 'the conversation goes on having unread messages');
    },
  },
  {
    id: 'message.receipt',
    title: 'tells the author how many have read a message',
    async run({ alice, bob, toBob }) {
      const sent = await alice.send(
        toBob,
        { type: 1, content: 'with a receipt' },
        { setting: Setting.receipt },
      );
      objectOf(
        'message/readed',
        await bob.call('POST', 'message/readed', {
          channel_id: alice.uid,
          channel_type: 1,
          message_ids: [sent.messageId],
        }),
      );
      const counted = await eventually(BEHIND_MS, async () => {
        const extra = (await alice.extras(toBob, 1, 1000)).find(
          (row) => row['message_id_str'] === sent.messageId,
        );
        return numberAt(extra, 'readed_count') === 1 ? true : null;
      });
      need(counted !== null, 'readed_count does not become 1 in extra/sync');
    },
  },
  {
    id: 'message.edit',
    title: 'hands an edit by its author to both sides',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'befor');
      const answer = await alice.call('POST', 'message/edit', {
        message_id: sent.messageId,
        message_seq: sent.seq,
        channel_id: bob.uid,
        channel_type: 1,
        content_edit: JSON.stringify({ content: 'before', type: 1 }),
      });
      if (answer.status === 404) throw new NotTried('message/edit is not there');
      objectOf('message/edit', answer);
      for (const [person, chat] of [
        [alice, toBob],
        [bob, toAlice],
      ] as const) {
        const extra = objectAt(await person.row(chat, sent), 'message_extra');
        need(
          objectAt(extra, 'content_edit')['content'] === 'before',
          'the new words are not in message_extra',
        );
      }
    },
  },
  {
    id: 'message.delete-own-copy',
    title: 'takes a message away for who deletes it, and for nobody else',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'deleted by one');
      const place = {
        message_id: sent.messageId,
        message_seq: sent.seq,
        channel_id: alice.uid,
        channel_type: 1,
      };
      objectOf('message', await bob.call('DELETE', 'message', [place]));
      const mine = (await bob.history(toAlice)).find(
        (row) => textAt(row, 'message_idstr') === sent.messageId,
      );
      need(mine === undefined || mine['is_deleted'] === 1, 'it is still there for who deleted it');
      need((await alice.row(toBob, sent))['is_deleted'] !== 1, 'it is gone for the author as well');
    },
  },
  {
    id: 'message.quote',
    title: 'keeps a quote with its reply, for the receiver and in history',
    async run({ alice, bob, toBob, toAlice }) {
      await bob.connect();
      const first = await alice.say(toBob, 'quoted words');
      const reply = {
        message_id: first.messageId,
        message_seq: first.seq,
        from_uid: alice.uid,
        from_name: 'a',
        payload: { type: 1, content: 'quoted words' },
      };
      const sent = await alice.say(toBob, 'the answer', { reply });
      const heard = await bob.hearMessage(sent.messageId);
      need(objectAt(heard.payload, 'reply')['message_id'] === first.messageId, 'the quote did not arrive');
      const kept = objectAt(objectAt(await bob.row(toAlice, sent), 'payload'), 'reply');
      need(objectAt(kept, 'payload')['content'] === 'quoted words', 'the quote is not in history');
    },
  },
];
