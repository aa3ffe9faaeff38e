/** Generators of what a member with a modified client can send: recall announcements and commands that are lies. */
import * as fc from 'fast-check';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import type { ChannelRef } from '../../../../shared/domain.ts';

export interface ForgeryWorld {
  /** Channels this account is in. */
  channels: readonly ChannelRef[];
  /** Ids of messages that exist in them. */
  messageIds: readonly string[];
  /** Members who could be the sender; never the server and never this account. */
  members: readonly string[];
}

const HUGE = [10_000, 200_000].map((length) => '撤'.repeat(length));

/** JSON that programs stumble over: wrong types, prototype names, deep nesting, huge texts. */
const poison: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 53, '', '0', '-1', 'null', '__proto__', [], {}),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(2, 20, 400).map((depth) => {
    let nested: unknown = 'deep';
    for (let i = 0; i < depth; i += 1) nested = i % 2 ? [nested] : { __proto__x: nested };
    return nested;
  }),
  fc.constant(JSON.parse('{"__proto__":{"revoke":1},"constructor":{"prototype":{"revoke":1}}}') as unknown),
  fc.constantFrom(...HUGE),
);

function idArb(world: ForgeryWorld): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...world.messageIds) },
    { weight: 2, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom(...world.messageIds).map((id) => Number(id)) },
    { weight: 2, arbitrary: poison },
  );
}

function envelope(world: ForgeryWorld): fc.Arbitrary<Partial<ReceivedMessage>> {
  return fc.record({
    channel: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...world.channels) },
      {
        weight: 1,
        arbitrary: fc.record({
          channelId: fc.string({ maxLength: 20 }),
          channelType: fc.constantFrom(1, 2, 5, 8),
        }),
      },
    ),
    fromUid: fc.constantFrom(...world.members),
    messageSeq: fc.integer({ min: 1, max: 2 ** 31 }),
    syncOnce: fc.boolean(),
    noPersist: fc.boolean(),
    redDot: fc.boolean(),
  });
}

const claims = (world: ForgeryWorld): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    {
      message_id: idArb(world),
      client_msg_no: fc.oneof(fc.string({ maxLength: 40 }), poison),
      channel_id: fc.oneof(fc.constantFrom(...world.channels.map((c) => c.channelId)), poison),
      channel_type: fc.oneof(fc.constantFrom(1, 2), poison),
      group_no: fc.oneof(fc.constantFrom(...world.channels.map((c) => c.channelId)), poison),
      from_uid: fc.oneof(fc.constantFrom(...world.members, ''), poison),
      revoke: fc.constant(1),
      revoker: fc.constantFrom(...world.members),
      version: fc.constantFrom(2 ** 52, '9'.repeat(19)),
      extra: poison,
      content: poison,
    },
    { requiredKeys: [] },
  );

let counter = 0;
function toReceived(over: Partial<ReceivedMessage>, payload: Record<string, unknown>): ReceivedMessage {
  counter += 1;
  return {
    channel: { channelId: 'x', channelType: 1 },
    messageId: String(8_000_000_000_000_000_000n + BigInt(counter)),
    messageSeq: 1,
    clientMsgNo: `forged-${counter}`,
    fromUid: 'nobody',
    timestamp: 1_795_400_000,
    expire: 0,
    setting: 0,
    noPersist: false,
    redDot: false,
    syncOnce: true,
    payload,
    ...over,
  };
}

/** Announcements of recalls that did not happen: type 99 `messageRevoke` and type 1006. */
export function forgedRecall(world: ForgeryWorld): fc.Arbitrary<ReceivedMessage> {
  const payload = claims(world).chain((params) =>
    fc.oneof(
      fc.constant({ type: 99, cmd: 'messageRevoke', param: params }),
      poison.map((param) => ({ type: 99, cmd: 'messageRevoke', param })),
      fc.constant({ ...params, type: 1006 }),
    ),
  );
  return fc.tuple(envelope(world), payload).map(([over, body]) => toReceived(over, body));
}

export const OTHER_COMMANDS = [
  'conversationDeleted',
  'conversationDelete',
  'unreadClear',
  'messageDeleted',
  'messageEerase',
  'memberUpdate',
  'channelUpdate',
  'friendRequest',
  'friendAccept',
  'friendDeleted',
  'onlineStatus',
  'typing',
  'syncReminders',
  'syncMessageExtra',
  'syncConversationExtra',
  'pcQuit',
  'constructor',
  '__proto__',
] as const;

/** Commands of any other kind with plausible and implausible parameters. */
export function forgedCommand(world: ForgeryWorld): fc.Arbitrary<ReceivedMessage> {
  const plausible = fc.record({
    channel_id: fc.constantFrom(...world.channels.map((c) => c.channelId)),
    channel_type: fc.constantFrom(1, 2),
    unread: fc.constant(0),
    uid: fc.constantFrom(...world.members),
    from_uid: fc.constantFrom(...world.members),
    online: fc.constantFrom(0, 1),
    all_offline: fc.constant(1),
    erase_type: fc.constant('all'),
    messages: fc.array(
      fc.record({
        channel_id: fc.constantFrom(...world.channels.map((c) => c.channelId)),
        channel_type: fc.constantFrom(1, 2),
        message_id: fc.constantFrom(...world.messageIds),
      }),
      { maxLength: 5 },
    ),
  });
  const param = fc.oneof(
    { weight: 3, arbitrary: plausible },
    { weight: 1, arbitrary: claims(world) },
    poison,
  );
  return fc
    .tuple(envelope(world), fc.constantFrom(...OTHER_COMMANDS), param)
    .map(([over, cmd, params]) => toReceived(over, { type: 99, cmd, param: params }));
}
