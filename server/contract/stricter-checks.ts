/**
 * What a recall needs of a server and stock TSDD does not do (docs/protocol/wukongim.md E.1, F.1; tsdd-api.md 11). Told
 * apart from the contract, and counted only with --strict.
 */
import { randomUUID } from 'node:crypto';
import { numberAt, objectAt, objectOf, textAt } from '../probes/business.ts';
import { tellsOfRecall } from '../probes/person.ts';
import {
  enforcesWindow,
  FORGERIES,
  noneOf,
  openImRoutes,
  othersEdit,
  readsThatLeak,
  strangersRead,
  takesForgery,
} from '../probes/recall-probes.ts';
import { need, NotTried, quoted } from '../probes/shortcoming.ts';
import type { Check } from './check.ts';

const FORGERY_CHECKS: readonly Check[] = FORGERIES.map((forgery) => ({
  id: `stricter.forged-${forgery.id}`,
  title: `takes from no member ${forgery.name}`,
  async run(world) {
    need(!(await takesForgery(world, forgery)), 'it was taken, and is delivered to everybody in the chat');
  },
}));

const CHECKS: readonly Check[] = [
  {
    id: 'stricter.blank',
    title: 'sends no word of a recalled message, its edit or a quote of it in any read',
    async run(world) {
      noneOf('still read', await readsThatLeak(world));
    },
  },
  {
    id: 'stricter.disagreeing-ids',
    title: 'refuses a recall whose message_id and client_msg_no name two messages',
    async run({ alice, toBob }) {
      const [one, other] = [await alice.say(toBob, 'one'), await alice.say(toBob, 'the other')];
      const answer = await alice.revoke(toBob, {
        messageId: one.messageId,
        clientMsgNo: other.clientMsgNo,
      });
      need(answer.status === 400, `answered ${answer.status}`);
      for (const each of [one, other])
        need((await alice.row(toBob, each))['revoke'] !== 1, 'one of them was recalled');
    },
  },
  {
    id: 'stricter.first-revoker',
    title: 'keeps who recalled first when the owner recalls again',
    async run(world) {
      const chat = await world.group();
      const sent = await world.bob.say(chat, 'recalled by its author');
      await world.bob.mustRevoke(chat, sent);
      await world.alice.mustRevoke(chat, sent);
      const extra = objectAt(await world.alice.row(chat, sent), 'message_extra');
      need(textAt(extra, 'revoker') === world.bob.uid, 'the second recall took the place of the first');
    },
  },
  {
    id: 'stricter.command-names-chat',
    title: 'names chat and message in the recall command of a group',
    async run(world) {
      const chat = await world.group();
      await world.bob.connect();
      const sent = await world.alice.say(chat, 'named by its command');
      await world.alice.mustRevoke(chat, sent);
      // A guard's own may come beside TSDD's, which names neither.
      await world.bob.hear('a command that names chat and message', (heard) => {
        const param = objectAt(heard.payload, 'param');
        return (
          tellsOfRecall(heard, sent.messageId) &&
          param['channel_id'] === chat.id &&
          param['channel_type'] === 2
        );
      });
    },
  },
  ...FORGERY_CHECKS,
  {
    id: 'stricter.edit-own-only',
    title: 'lets nobody change the words of another',
    async run(world) {
      need(!(await othersEdit(world)), 'the words of another were changed');
    },
  },
  {
    id: 'stricter.edit-after-recall',
    title: 'refuses an edit of what was recalled',
    async run({ alice, bob, toBob }) {
      const sent = await alice.say(toBob, 'recalled');
      await alice.mustRevoke(toBob, sent);
      const answer = await alice.call('POST', 'message/edit', {
        message_id: sent.messageId,
        message_seq: sent.seq,
        channel_id: bob.uid,
        channel_type: 1,
        content_edit: JSON.stringify({ content: 'back again', type: 1 }),
      });
      if (answer.status === 404) throw new NotTried('message/edit is not there');
      need(answer.status === 400, `answered ${answer.status}`);
    },
  },
  {
    id: 'stricter.delete-own-only',
    title: 'lets nobody take the message of another away for both',
    async run({ alice, bob, toBob }) {
      const sent = await alice.say(toBob, 'mine');
      await bob.call('DELETE', 'message/mutual', {
        message_id: sent.messageId,
        message_seq: sent.seq,
        channel_id: alice.uid,
        channel_type: 1,
      });
      need((await alice.row(toBob, sent))['is_deleted'] !== 1, 'it was');
    },
  },
  {
    id: 'stricter.strangers',
    title: 'tells who is not in a group neither its recalls nor its members',
    async run(world) {
      noneOf('open to a stranger', await strangersRead(world));
    },
  },
  {
    id: 'stricter.im-routes',
    title: 'keeps from everybody what it offers the IM server',
    async run({ alice }) {
      noneOf('open without a token', await openImRoutes(alice.business));
    },
  },
  {
    id: 'stricter.no-cursor',
    title: 'keeps no cursor of extra/sync: what was read once is read again',
    async run({ alice, bob, toBob, toAlice }) {
      const sent = await alice.say(toBob, 'read twice');
      await alice.mustRevoke(toBob, sent);
      const source = randomUUID();
      const newest = (await bob.extras(toAlice, 1, 1000, source)).at(-1);
      await bob.extras(toAlice, numberAt(newest, 'extra_version'), 1000, source);
      const again = await bob.extras(toAlice, 1, 1000, source);
      need(
        again.some((row) => row['message_id_str'] === sent.messageId),
        'it goes on from the last version that was asked for, whatever is asked: a wiped database gets nothing',
      );
    },
  },
  {
    id: 'stricter.one-of-a-resend',
    title: 'takes a message that is sent again as the same one',
    async run({ alice, toBob }) {
      const clientMsgNo = randomUUID();
      const first = await alice.send(toBob, { type: 1, content: 'sent twice' }, { clientMsgNo });
      const second = await alice.send(toBob, { type: 1, content: 'sent twice' }, { clientMsgNo });
      need(second.messageId === first.messageId && second.seq === first.seq, 'it is stored a second time');
    },
  },
  {
    id: 'stricter.bad-token-answered',
    title: 'says no to a token it does not take, in place of silence',
    async run({ alice }) {
      const refusal = await alice.open('', { token: 'f'.repeat(32) }).then(
        () => 'it was taken',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      need(/^CONNACK with reason (?!1\b)/.test(refusal), refusal);
    },
  },
  {
    id: 'stricter.wrong-types',
    title: 'answers 400, not 500, to wrong types and unknown groups',
    async run({ alice, bob }) {
      for (const [what, answer] of [
        [
          'users/:uid/setting with mute "x"',
          await alice.call('PUT', `users/${bob.uid}/setting`, { mute: 'x' }),
        ],
        ['channels/unknown/2', await alice.call('GET', `channels/${'0'.repeat(32)}/2`)],
        ['user/current with a number', await alice.call('PUT', 'user/current', { name: 1 })],
      ] as const)
        need(answer.status < 500, `${what}: ${answer.status} ${quoted(answer.text)}`);
    },
  },
  {
    id: 'stricter.sign-out-ends',
    title: 'ends the token of a sign-out for its HTTP calls, too',
    async run({ alice }) {
      const before = alice.token;
      try {
        const quit = await alice.call('POST', 'user/quit');
        if (quit.status === 404) throw new NotTried('user/quit is not there');
        objectOf('user/quit', quit);
        const { status } = await alice.business.call('GET', `users/${alice.uid}`, { token: before });
        need(status === 401, `the token goes on working: ${status}`);
      } finally {
        alice.disconnect();
        await alice.signIn();
      }
    },
  },
];

/** `patienceMs`: how long the end of the recall time may be waited for. */
export function stricterChecks(patienceMs: number, signal: AbortSignal): readonly Check[] {
  return [
    {
      id: 'stricter.window',
      title: 'refuses a recall after the time it publishes, by its own clock',
      async run(world) {
        need(
          await enforcesWindow(world, patienceMs, signal),
          'a message older than revoke_second was recalled',
        );
      },
    },
    ...CHECKS,
  ];
}
