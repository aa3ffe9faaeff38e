/** Accounts: sign-in, what is refused and how, who somebody is (docs/protocol/tsdd-api.md 0 to 2). */
import { isObject } from '../../shared/json.ts';
import { numberAt, objectAt, objectOf, rowsOf, textAt } from '../probes/business.ts';
import { need, quoted } from '../probes/shortcoming.ts';
import { eventually } from '../probes/within.ts';
import type { Check } from './check.ts';

const COMMAND_MS = 6_000;

export const ACCOUNT_CHECKS: readonly Check[] = [
  {
    id: 'account.rules',
    title: 'publishes its rules without a sign-in, and a recall time that is a number and not 0',
    async run({ business }) {
      const config = objectOf('common/appconfig', await business.call('GET', 'common/appconfig'));
      const seconds = config['revoke_second'];
      need(Number.isInteger(seconds), `revoke_second is ${JSON.stringify(seconds)}`);
      need(
        seconds === -1 || Number(seconds) > 0,
        `revoke_second is ${String(seconds)}: clients read -1 as unlimited`,
      );
    },
  },
  {
    id: 'account.sign-in',
    title: 'answers a sign-in with the same uid, a token, names and settings',
    async run({ alice, business }) {
      const answer = await business.call('POST', 'user/login', {
        body: { username: alice.username, password: alice.password, flag: 1 },
      });
      const user = objectOf('user/login', answer);
      for (const key of ['uid', 'token', 'name', 'username', 'short_no'])
        need(typeof user[key] === 'string', `${key} is ${JSON.stringify(user[key])}`);
      need(textAt(user, 'uid') === alice.uid, 'another uid than at the sign-in before');
      need(textAt(user, 'token') !== '', 'token is empty');
      need(isObject(user['setting']), 'setting is no object');
    },
  },
  {
    id: 'account.wrong-password',
    title: 'refuses a wrong password with 400 and a sentence',
    async run({ alice, business }) {
      const answer = await business.call('POST', 'user/login', {
        body: { username: alice.username, password: `${alice.password}x`, flag: 2 },
      });
      need(answer.status === 400, `answered ${answer.status} ${quoted(answer.text)}`);
      need(isObject(answer.json) && textAt(answer.json, 'msg') !== '', `no msg in ${quoted(answer.text)}`);
    },
  },
  {
    id: 'account.token-needed',
    title: 'answers 401 without a token and with a made-up one',
    async run({ business }) {
      for (const token of [null, 'f'.repeat(32)]) {
        const answer = await business.call('POST', 'conversation/sync', {
          token,
          body: { version: 0, msg_count: 1 },
        });
        need(
          answer.status === 401,
          `answered ${answer.status} ${token === null ? 'without a token' : 'to a made-up token'}`,
        );
      }
    },
  },
  {
    id: 'account.unknown-route',
    title: 'answers 404 to a route it does not have',
    async run({ alice }) {
      const { status } = await alice.call('GET', 'contract/no-such-route');
      need(status === 404, `answered ${status}`);
    },
  },
  {
    id: 'account.unparsable',
    title: 'answers 400 to a body that is no JSON',
    async run({ business }) {
      const { status } = await business.call('POST', 'user/login', { rawBody: '{"username":' });
      need(status === 400, `answered ${status}`);
    },
  },
  {
    id: 'account.wrong-type',
    title: 'answers 400 to a name that is a number',
    async run({ business }) {
      const { status } = await business.call('POST', 'user/login', {
        body: { username: 1, password: 'x', flag: 2 },
      });
      need(status === 400, `answered ${status}`);
    },
  },
  {
    id: 'account.route',
    title: 'names the IM server: TCP as host:port, WebSocket as ws:// or wss://',
    async run({ alice }) {
      const { tcp, ws, wss } = await alice.findRoute();
      need(tcp + ws + wss !== '', 'no address at all');
      need(tcp === '' || /^.+:\d+$/.test(tcp), `tcp_addr is ${tcp}`);
      need(ws === '' || ws.startsWith('ws://'), `ws_addr is ${ws}`);
      need(wss === '' || wss.startsWith('wss://'), `wss_addr is ${wss}`);
    },
  },
  {
    id: 'account.who',
    title: 'says who somebody is, under users/ and channels/ alike',
    async run({ alice, bob }) {
      const user = await alice.ask('GET', `users/${bob.uid}`);
      need(textAt(user, 'uid') === bob.uid, 'users/:uid has another uid');
      const channel = await alice.ask('GET', `channels/${bob.uid}/1`);
      need(
        textAt(objectAt(channel, 'channel'), 'channel_id') === bob.uid,
        'channels/:id/1 names another channel',
      );
      need(textAt(channel, 'name') === textAt(user, 'name'), 'the two names differ');
    },
  },
  {
    id: 'account.friends',
    title: 'has the other in friend/sync of both once a request was accepted',
    async run({ alice, bob }) {
      for (const [one, other] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const answer = await one.call('GET', 'friend/sync?version=0&limit=1000&api_version=1');
        const row = rowsOf('friend/sync', answer).find((each) => each['uid'] === other.uid);
        need(row !== undefined && row['is_deleted'] !== 1, 'the other is not in friend/sync');
        need(numberAt(row, 'version') > 0, 'the row has no version to go on from');
      }
    },
  },
  {
    id: 'account.own-name',
    title: 'keeps a changed name, and refuses a key nobody may change',
    async run({ alice, bob }) {
      const before = textAt(await alice.ask('GET', `users/${alice.uid}`), 'name');
      const name = `${before}.`;
      try {
        await alice.ask('PUT', 'user/current', { name });
        const seen = await eventually(COMMAND_MS, async () =>
          textAt(await bob.ask('GET', `users/${alice.uid}`), 'name') === name ? true : null,
        );
        need(seen !== null, 'somebody else goes on seeing the old name');
        const { status } = await alice.call('PUT', 'user/current', { uid: 'x' });
        need(status === 400, `a change of the uid was answered with ${status}`);
      } finally {
        await alice.call('PUT', 'user/current', { name: before });
      }
    },
  },
];
