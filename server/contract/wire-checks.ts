/** The IM server's wire protocol: connections, SEND and SENDACK, odd packets (docs/protocol/wukongim.md B). */
import { randomUUID } from 'node:crypto';
import { reasonOf } from '../../shared/errors.ts';
import { Setting } from '../../shared/wire/packets.ts';
import { TestClient } from '../im/testing/test-client.ts';
import type { Person, Sent } from '../probes/person.ts';
import { need, NotTried, Shortcoming } from '../probes/shortcoming.ts';
import { settled } from '../probes/within.ts';
import type { World } from '../probes/world.ts';
import type { Check } from './check.ts';

const OPEN_MS = 8_000;
/** WuKongIM answers a token it does not take by silence, for up to six seconds (wukongim.md B.6). */
const SILENT_MS = 8_000;
const IN_A_ROW = 12;

async function addresses(person: Person): Promise<string[]> {
  const { tcp, ws, wss } = await person.findRoute();
  return [tcp, ws, wss].filter((each) => each !== '');
}

/** A text over each transport arrives, whichever the receiver uses. */
async function overEach(world: World, test: (address: string) => Promise<void>): Promise<void> {
  for (const address of await addresses(world.alice)) {
    try {
      await test(address);
    } catch (error) {
      throw new Shortcoming(`${address}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** Whether a bare connection that begins with these bytes leaves the others alone. */
async function survives(world: World, bytes: Uint8Array): Promise<void> {
  const { alice, bob, toBob } = world;
  await bob.connect();
  for (const address of await addresses(alice)) {
    const odd = await settled(TestClient.open(address), OPEN_MS, `a connection to ${address}`);
    try {
      odd.raw(bytes);
      const sent = await alice.say(toBob, 'beside an odd connection');
      await bob.hearMessage(sent.messageId);
      need(!odd.received.some(({ type }) => type === 'connack'), 'odd bytes were answered with a CONNACK');
    } finally {
      odd.close();
    }
  }
}

export const WIRE_CHECKS: readonly Check[] = [
  {
    id: 'wire.connect',
    title: 'takes the token of the sign-in over every transport it names',
    run: (world) =>
      overEach(world, async (address) => {
        const line = await world.alice.open(address);
        await line.settle();
        line.close();
      }),
  },
  {
    id: 'wire.versions',
    title: 'speaks the protocol versions 2 to 5',
    async run({ alice }) {
      await alice.findRoute();
      for (const version of [2, 3, 4, 5]) {
        const line = await alice.open('', { version, deviceId: randomUUID() });
        await line.settle();
        line.close();
      }
    },
  },
  {
    id: 'wire.bad-token',
    title: 'lets nobody in with a token it did not give',
    async run({ alice }) {
      await alice.findRoute();
      const { tcp, ws, wss } = alice.route;
      const line = await settled(TestClient.open(tcp || wss || ws), OPEN_MS, 'a connection');
      try {
        const answer = line.signIn({ uid: alice.uid, token: 'f'.repeat(32) }).catch(() => null);
        const connack = await settled(answer, SILENT_MS, 'an answer').catch(() => null);
        need(
          connack?.reasonCode !== 1,
          'a made-up token was taken: anybody can read and write as anybody (tokenAuthOn is false)',
        );
      } finally {
        line.close();
      }
    },
  },
  {
    id: 'wire.ping',
    title: 'answers PING with PONG',
    async run({ alice }) {
      await (await alice.connect()).settle();
    },
  },
  {
    id: 'wire.acknowledged',
    title: 'acknowledges a SEND with its own number, a 64-bit id and the next message_seq',
    async run({ alice, toBob }) {
      const first = await alice.say(toBob, 'acknowledged');
      const second = await alice.say(toBob, 'acknowledged too');
      need(/^[1-9]\d{0,18}$/.test(first.messageId), `message id ${first.messageId}`);
      need(first.messageId !== second.messageId, 'two messages have one id');
      need(second.seq > first.seq && first.seq > 0, `message_seq ${first.seq} and then ${second.seq}`);
    },
  },
  {
    id: 'wire.order',
    title: 'keeps the order of one sender, and delivers each message once, signed and unharmed',
    async run({ alice, bob, toBob }) {
      await bob.connect();
      const sent: Sent[] = [];
      for (let n = 0; n < IN_A_ROW; n += 1) sent.push(await alice.say(toBob, `number ${n} 你好 👋`));
      need(
        sent.every(({ seq }, n) => n === 0 || seq > (sent[n - 1]?.seq ?? 0)),
        `message_seq ${sent.map(({ seq }) => seq).join(', ')}`,
      );
      for (const [n, { messageId, seq, clientMsgNo }] of sent.entries()) {
        const heard = await bob.hearMessage(messageId);
        need(heard.payload['content'] === `number ${n} 你好 👋`, 'other words arrived than were sent');
        need(
          heard.packet.messageSeq === seq,
          `message_seq ${heard.packet.messageSeq} arrived, ${seq} was acknowledged`,
        );
        need(heard.packet.clientMsgNo === clientMsgNo, 'another client_msg_no arrived');
        need(heard.packet.channelId === alice.uid, 'the channel at the receiver is not the sender');
        need(heard.packet.fromUid === alice.uid, 'another sender arrived');
      }
      await bob.line?.settle();
      const again = bob.line?.received.some(
        (packet) =>
          packet.type === 'recv' && sent.some(({ messageId }) => messageId === String(packet.messageId)),
      );
      need(again !== true, 'a message that was acknowledged came a second time');
    },
  },
  {
    id: 'wire.own-devices',
    title: 'tells the other devices of the sender, not the sending connection',
    async run({ alice, bob, toBob }) {
      await alice.connect();
      const other = await alice.open('', { deviceId: randomUUID() });
      try {
        const sent = await alice.say(toBob, 'on all my devices');
        const heard = await alice.hearMessage(sent.messageId, other);
        need(heard.packet.channelId === bob.uid, 'the channel on the own device is not the other person');
        need(heard.packet.fromUid === alice.uid, 'the sender on the own device is not oneself');
        await alice.line?.settle();
        const echo = alice.line?.received.some(
          (packet) => packet.type === 'recv' && String(packet.messageId) === sent.messageId,
        );
        need(echo !== true, 'the sending connection got its own message');
      } finally {
        other.close();
      }
    },
  },
  {
    id: 'wire.receipt-bit',
    title: 'carries the receipt bit and the life of a message to the receiver',
    async run({ alice, bob, toBob }) {
      await bob.connect();
      const sent = await alice.send(
        toBob,
        { type: 1, content: 'for an hour' },
        { setting: Setting.receipt, expire: 3600 },
      );
      need(sent.reason === 1, `refused with reason ${sent.reason}`);
      const { packet } = await bob.hearMessage(sent.messageId);
      need((packet.setting & Setting.receipt) !== 0, 'the receipt bit is gone');
      need(packet.expire === 3600, `expire is ${packet.expire}`);
    },
  },
  {
    id: 'wire.bad-key',
    title: 'refuses a SEND with a wrong msgKey, and keeps the connection',
    async run({ alice, toBob }) {
      const sent = await alice.send(
        toBob,
        { type: 1, content: 'signed wrongly' },
        { msgKey: '0'.repeat(32) },
      );
      need(sent.reason !== 1, 'it was taken');
      await alice.line?.settle();
    },
  },
  {
    id: 'wire.first-packet',
    title: 'tells nothing to a connection that does not begin with CONNECT',
    run: (world) => survives(world, Buffer.from([0x70])),
  },
  {
    id: 'wire.odd-packets',
    title: 'goes on serving others while one sends unknown types and endless lengths',
    async run(world) {
      await survives(world, Buffer.from([0xf0, 0x01, 0x00]));
      await survives(world, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]));
      await survives(world, Buffer.from([0x10, 0x05, 0x05, 0x02, 0xff, 0xff, 0x00]));
    },
  },
  {
    id: 'wire.kick',
    title: 'says DISCONNECT when a sign-out elsewhere ends a session',
    async run({ alice }) {
      const line = await alice.connect();
      const quit = await alice.call('POST', 'user/quit');
      if (quit.status === 404) throw new NotTried('user/quit is not there');
      try {
        need(quit.status === 200, `user/quit: ${quit.status}`);
        await settled(line.next('disconnect'), SILENT_MS, 'a DISCONNECT').catch((error: unknown) => {
          throw new Shortcoming('the connection was not told', { cause: error });
        });
      } finally {
        alice.disconnect();
        await alice.signIn();
      }
    },
  },
];
