/** Recall: who may, what others learn of it, whoever was away (docs/protocol/wukongim.md E; docs/recall.md). */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import { type Answer, numberAt, objectAt, objectOf, rowsOf, textAt } from '../probes/business.ts';
import { type Chat, type Person, type Sent, tellsOfRecall } from '../probes/person.ts';
import { need, NotTried, quoted } from '../probes/shortcoming.ts';
import { eventually } from '../probes/within.ts';
import type { World } from '../probes/world.ts';
import type { Check } from './check.ts';

/** The IM server's webhook comes behind the message: up to half a second, and more on a busy machine. */
const WEBHOOK_MS = 4_000;
const COMMAND_MS = 8_000;

/** @throws Shortcoming unless it is a refusal with a sentence, and the message stands */
async function refused(answer: Answer, reader: Person, chat: Chat, sent: Sent): Promise<void> {
  need(answer.status === 400, `answered ${answer.status} ${quoted(answer.text)} instead of a refusal`);
  need(textAt(answer.json as JsonObject, 'msg') !== '', `the refusal has no msg: ${quoted(answer.text)}`);
  need((await reader.row(chat, sent))['revoke'] !== 1, 'it was refused and recalled all the same');
}

function isRecalledBy(row: JsonObject, uid: string): void {
  const extra = objectAt(row, 'message_extra');
  need(row['revoke'] === 1 && extra['revoke'] === 1, 'revoke is not 1 in the row and its message_extra');
  need(textAt(extra, 'revoker') === uid, `revoker is "${textAt(extra, 'revoker')}"`);
  need(numberAt(extra, 'extra_version') >= 0, 'extra_version is no number');
}

/** Alice owns a group in which bob manages and carol is a member. */
async function managed(world: World): Promise<Chat> {
  const { alice, bob, carol } = world;
  const chat = await world.newGroup([bob, carol]);
  await alice.ask('POST', `groups/${chat.id}/managers`, [bob.uid]);
  return chat;
}

export const RECALL_CHECKS: readonly Check[] = [
  {
    id: 'recall.author',
    title: 'lets the author recall, and says so in history to both',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'taken back');
      await alice.mustRevoke(toBob, sent);
      isRecalledBy(await alice.row(toBob, sent), alice.uid);
      isRecalledBy(await bob.row(toAlice, sent), alice.uid);
    },
  },
  {
    id: 'recall.list',
    title: 'says so in conversation/sync',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'the last word, taken back');
      await alice.mustRevoke(toBob, sent);
      const recents = (await bob.conversation(toAlice))?.['recents'];
      const rows = Array.isArray(recents) ? (recents as JsonObject[]) : [];
      const row = rows.find((each) => textAt(each, 'message_idstr') === sent.messageId);
      need(row !== undefined, 'the message is not among the recents');
      need(row['revoke'] === 1, 'revoke is not 1 among the recents');
    },
  },
  {
    id: 'recall.extra-sync',
    title: 'says so in extra/sync, from version 1 and from the version before it',
    async run({ alice, bob, toBob, toAlice }) {
      const before = Math.max(
        1,
        ...(await bob.extras(toAlice, 1, 1000)).map((row) => numberAt(row, 'extra_version')),
      );
      const sent = await alice.say(toBob, 'known by its version');
      await alice.mustRevoke(toBob, sent);
      for (const version of [1, before]) {
        const row = (await bob.extras(toAlice, version, 1000)).find(
          (each) => each['message_id_str'] === sent.messageId,
        );
        need(row?.['revoke'] === 1, `not told from version ${version}`);
        need(numberAt(row, 'extra_version') > before, 'its version is not above that of what was before');
      }
    },
  },
  {
    id: 'recall.command',
    title: 'sends messageRevoke with the id as a string to the other, and to the own devices',
    async run({ alice, bob, toBob }) {
      await bob.connect();
      const own = await alice.open('', { deviceId: randomUUID() });
      try {
        const sent = await alice.say(toBob, 'announced');
        await alice.mustRevoke(toBob, sent);
        const tells = (each: Parameters<typeof tellsOfRecall>[0]) => tellsOfRecall(each, sent.messageId);
        const heard = await bob.hear('the command messageRevoke', tells);
        need(
          typeof objectAt(heard.payload, 'param')['message_id'] === 'string',
          'message_id is no string: digits are lost',
        );
        need(heard.packet.fromUid === alice.uid, 'the command does not come from who recalled');
        await alice.hear('the command to the own device', tells, own);
      } finally {
        own.close();
      }
    },
  },
  {
    id: 'recall.away',
    title: 'lets who was away learn of it without the command',
    async run({ alice, bob, toBob, toAlice }) {
      await bob.connect();
      const sent = await alice.say(toBob, 'recalled while away');
      await bob.hearMessage(sent.messageId);
      bob.disconnect();
      await alice.mustRevoke(toBob, sent);
      await bob.connect();
      const row = (await bob.extras(toAlice, 1, 1000)).find(
        (each) => each['message_id_str'] === sent.messageId,
      );
      need(row?.['revoke'] === 1, 'extra/sync does not tell of it');
    },
  },
  {
    id: 'recall.not-of-others',
    title: 'refuses it to the other person in a chat',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'not yours');
      await refused(await bob.revoke(toAlice, sent), alice, toBob, sent);
    },
  },
  {
    id: 'recall.unknown',
    title: 'refuses a message that is not there',
    async run({ alice, toBob }) {
      const answer = await alice.revoke(toBob, {
        messageId: '1234567890123456789',
        clientMsgNo: randomUUID(),
      });
      need(answer.status === 400, `answered ${answer.status} ${quoted(answer.text)}`);
    },
  },
  {
    id: 'recall.no-id',
    title: 'refuses a call without any id',
    async run({ alice, toBob }) {
      const answer = await alice.revoke(toBob, {});
      need(answer.status === 400, `answered ${answer.status} ${quoted(answer.text)}`);
    },
  },
  {
    id: 'recall.twice',
    title: 'answers a second recall as the first, and the state stays',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'recalled twice');
      await alice.mustRevoke(toBob, sent);
      await alice.mustRevoke(toBob, sent);
      isRecalledBy(await bob.row(toAlice, sent), alice.uid);
    },
  },
  {
    id: 'recall.owner',
    title: "lets the owner of a group recall a member's message",
    async run(world) {
      const chat = await world.group();
      const sent = await world.bob.say(chat, "a member's");
      await world.alice.mustRevoke(chat, sent);
      isRecalledBy(await world.bob.row(chat, sent), world.alice.uid);
    },
  },
  {
    id: 'recall.member',
    title: "refuses a member the owner's message, and that of another member",
    async run(world) {
      const { alice, bob, carol } = world;
      const chat = await world.newGroup([bob, carol]);
      const byOwner = await alice.say(chat, "the owner's");
      await refused(await bob.revoke(chat, byOwner), alice, chat, byOwner);
      const byMember = await carol.say(chat, "another member's");
      await refused(await bob.revoke(chat, byMember), alice, chat, byMember);
    },
  },
  {
    id: 'recall.manager',
    title: "lets a manager recall a member's message, not the owner's",
    async run(world) {
      const chat = await managed(world);
      const byMember = await world.carol.say(chat, "a member's");
      await world.bob.mustRevoke(chat, byMember);
      isRecalledBy(await world.alice.row(chat, byMember), world.bob.uid);
      const byOwner = await world.alice.say(chat, "the owner's");
      await refused(await world.bob.revoke(chat, byOwner), world.alice, chat, byOwner);
    },
  },
  {
    id: 'recall.stranger',
    title: 'refuses it to somebody who is not in the group',
    async run(world) {
      const chat = await world.newGroup([world.bob]);
      const sent = await world.alice.say(chat, 'among us');
      await refused(await world.carol.revoke(chat, sent), world.alice, chat, sent);
    },
  },
  {
    id: 'recall.command-group',
    title: 'tells every member of a group',
    async run(world) {
      const chat = await world.group();
      const others = world.people.slice(1);
      for (const each of others) await each.connect();
      const sent = await world.alice.say(chat, 'to all, and back');
      await world.alice.mustRevoke(chat, sent);
      for (const each of others)
        await each.hear('the command messageRevoke', (heard) => tellsOfRecall(heard, sent.messageId));
    },
  },
  {
    id: 'recall.reminder',
    title: 'ends the reminder of a mention that was recalled',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.group();
      const sent = await alice.say(chat, '@you', { mention: { uids: [bob.uid] } });
      const reminders = async (): Promise<JsonObject | undefined> =>
        rowsOf(
          'message/reminder/sync',
          await bob.call('POST', 'message/reminder/sync', { version: 0, limit: 100, channel_ids: [chat.id] }),
        ).find((row) => row['message_id'] === sent.messageId);
      const first = await eventually(WEBHOOK_MS, reminders);
      if (first === null)
        throw new NotTried('a mention makes no reminder here (is the IM server’s webhook on?)');
      objectOf('message/revoke', await alice.revoke(chat, sent));
      const ended = await eventually(COMMAND_MS, async () => {
        const row = await reminders();
        return row === undefined || row['done'] === 1 ? true : null;
      });
      need(ended !== null, 'the reminder goes on');
    },
  },
];
