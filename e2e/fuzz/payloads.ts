/** Decoded payloads of every type: what the client makes of them is total and stays inside its own contract. */
import {
  blankRecalled,
  forwardedIds,
  isForward,
  withoutEntries,
  wordsOfEntries,
} from '../../shared/content/merged-forward.ts';
import { MessageContent, parsePayload } from '../../shared/content/message-content.ts';
import {
  applyEdit,
  blankQuotes,
  digest,
  quotedIds,
  withoutOthersWords,
} from '../../electron/core/store/tables/messages/payload.ts';
import { isDeeperThan, isObject, MAX_PAYLOAD_DEPTH } from '../../shared/json.ts';
import { SECRET, spoiltJson } from './mutate.ts';
import { checkEach, type Target } from './target.ts';

/** As TSDD's web client writes it, with another one in it. */
const MERGED = {
  type: 11,
  channel_type: 2,
  users: [{ uid: 'u1', name: 'Bob', avatar: SECRET }],
  msgs: [
    {
      message_id: '2124791608111960064',
      from_uid: 'u1',
      timestamp: 1_795_424_770,
      payload: { type: 1, content: SECRET },
    },
    {
      message_id: '2124791608111960065',
      from_uid: 'u2',
      timestamp: 1_795_424_771,
      payload: {
        type: 11,
        channel_type: 1,
        users: [{ uid: 'u2', name: 'A' }],
        msgs: [
          {
            message_id: '2124791608111960064',
            from_uid: 'u2',
            timestamp: 1,
            payload: { type: 8, name: SECRET },
          },
          { message_id: '2124791608111960066', from_uid: 'u2', timestamp: 2, recalled: 1 },
        ],
        left_out: 3,
      },
    },
  ],
};

/** One of each type in use (tsdd-api.md 6.2, wukongim.md F). */
export const PAYLOADS: readonly Record<string, unknown>[] = [
  {
    type: 1,
    content: `你好 👋 ${SECRET}`,
    mention: { all: 1, uids: ['u1', 'u2'] },
    reply: {
      message_id: '2124791608111960064',
      message_seq: 7,
      from_uid: 'bob',
      from_name: 'Bob',
      payload: { type: 1, content: SECRET },
    },
    visibles: ['u1'],
  },
  { type: 2, url: 'file/preview/chat/a.png', width: 640, height: 480 },
  { type: 2, url: 'file/preview/chat/b.png', width: 640, height: 480, name: `${SECRET}.png`, album: 'k-1' },
  { type: 3, url: 'file/preview/sticker/a.gif', width: 120, height: 120 },
  { type: 4, url: 'file/preview/chat/a.amr', timeTrad: 3 },
  { type: 4, url: 'file/preview/chat/b.amr', timeTrad: 61, waveform: 'AAoUHigyPEZQWg==' },
  {
    type: 5,
    url: 'file/preview/chat/a.webm',
    cover: 'file/preview/chat/c.png',
    size: 3_000_000,
    second: 30,
    width: 320,
    height: 180,
    name: `${SECRET}.webm`,
  },
  { type: 7, uid: 'u1', name: SECRET, vercode: 'v@4' },
  { type: 6, lat: 31.23, lng: '121.47', title: SECRET, address: 'Road 1', img: 'file/preview/chat/m.png' },
  { type: 12, url: 'file/preview/sticker/a.lim', format: 'lim', category: 'c', placeholder: 'M10 10L20 20Z' },
  { type: 13, url: 'file/preview/sticker/a.gif', placeholder: '[笑]' },
  {
    type: 14,
    title: 'T',
    content: [
      { type: 'text', text: SECRET },
      { type: 'image', url: 'x' },
    ],
  },
  {
    type: 14,
    content: '',
    nodes: [
      { kind: 'image', url: 'x' },
      { kind: 'text', text: 'b' },
    ],
  },
  { type: 16, org_name: 'O', inviter_name: SECRET },
  { type: 20, from_uid: 'u1', from_name: SECRET },
  { type: 9989, call_type: 1, result_type: 1, second: 65, content: SECRET },
  { type: 8, url: 'file/preview/chat/a.pdf', name: `${SECRET}.pdf`, size: 1_024 },
  {
    type: 11,
    channel_type: 1,
    users: [{ uid: 'u1', name: SECRET }],
    msgs: [{ payload: { content: SECRET } }],
  },
  MERGED,
  {
    type: 99,
    cmd: 'messageRevoke',
    param: { message_id: '2124791608111960064', channel_id: 'bob', channel_type: 1 },
  },
  { type: 99, cmd: 'syncMessageExtra', param: { channel_id: 'bob', channel_type: 1 } },
  { type: 99, cmd: 'unreadClear', param: { channel_id: 'bob', channel_type: 1, unread: 0 } },
  { type: 99, cmd: 'onlineStatus', param: { uid: 'bob', online: 1, device_flag: 2, all_offline: 0 } },
  {
    type: 99,
    cmd: 'typing',
    param: { from_uid: 'bob', from_name: 'Bob', channel_id: 'bob', channel_type: 1 },
  },
  {
    type: 99,
    cmd: 'messageDeleted',
    param: { messages: [{ message_id: '1', channel_id: 'bob', channel_type: 1 }] },
  },
  { type: 99, cmd: 'memberUpdate', param: { group_no: 'g1', uid: 'u2' } },
  { type: 99, cmd: 'channelUpdate', param: { channel_id: 'g1', channel_type: 2 } },
  {
    type: 1002,
    content: '{0}邀请{1}加入群聊',
    extra: [
      { uid: 'u1', name: SECRET },
      { uid: 'u2', name: 'Bob' },
    ],
  },
  { type: 1005, content: '{0}修改群名为 {1}', extra: [{ uid: 'u1', name: 'A' }] },
  { type: 1006, message_id: '2124791608111960064', revoker: 'u2' },
  { type: 1009, content: '{0}邀请{1}加入', extra: [{ uid: 'u1', name: SECRET }], invite_no: SECRET },
  { type: 2000, content: SECRET },
  { type: 97, content: SECRET },
  { type: 98, content: SECRET },
  { type: 9990, call_type: 0, content: SECRET },
  { type: 9994, call_type: 1, content: SECRET, participants: [SECRET] },
  { type: 4_711, content: SECRET, any: { deep: [SECRET] } },
];

const parsing: Target = {
  name: 'payload parsing',
  share: 25,
  run: (run) =>
    checkEach(spoiltJson(...PAYLOADS), run, (payload) => {
      const { content, reply, visibles } = parsePayload(payload, { fromUid: '', channelType: 2 });
      MessageContent.parse(content);
      const { text } = digest(content);
      if (typeof text !== 'string') throw new Error('no text');
      if (visibles !== null && !visibles.every((uid) => typeof uid === 'string'))
        throw new Error('visibles are no strings');
      if (reply !== null && !/^\d{1,19}$/.test(reply.messageId)) throw new Error('a quote without an id');
      if (Reflect.get({}, 'polluted') !== undefined) throw new Error('Object.prototype was changed');
    }),
};

/** Quotes inside outbox jobs: only of payloads that were made or accepted here, so never deeper than those. */
const quotes: Target = {
  name: 'quotes in jobs',
  share: 4,
  run: (run) =>
    checkEach(spoiltJson(...PAYLOADS.slice(0, 5)), run, (payload) => {
      if (!isObject(payload) || isDeeperThan(payload, MAX_PAYLOAD_DEPTH)) return;
      const ids = new Set(quotedIds(payload));
      const blanked = blankQuotes({ job: [payload] }, ids);
      for (const id of quotedIds(blanked)) if (!ids.has(id)) throw new Error('a quote changed its id');
      applyEdit(payload, { type: 1, content: 'edited' });
    }),
};

/** What is stored of a merged forward, however it is spoilt: the same again, and nothing of what is recalled. */
const forwards: Target = {
  name: 'merged forwards',
  share: 6,
  run: (run) =>
    checkEach(spoiltJson(MERGED, { ...MERGED, msgs: [...MERGED.msgs, ...MERGED.msgs] }), run, (payload) => {
      if (!isObject(payload) || isDeeperThan(payload, MAX_PAYLOAD_DEPTH)) return;
      const kept = withoutOthersWords(payload);
      const text = JSON.stringify(kept);
      if (JSON.stringify(withoutOthersWords(JSON.parse(text) as typeof kept)) !== text)
        throw new Error('what is kept is not kept the second time');
      if (!isForward(kept)) return;
      const ids = forwardedIds(kept);
      const blank = blankRecalled(kept, ids);
      if (wordsOfEntries(blank, ids).length > 0) throw new Error('words of what was recalled are left');
      if (blankRecalled(blank, ids) !== blank) throw new Error('what is blank is blanked again');
      const sent = withoutEntries(kept, ids);
      if ([...forwardedIds(sent)].some((id) => ids.has(id))) throw new Error('what was recalled is sent');
    }),
};

export const payloadTargets: readonly Target[] = [parsing, quotes, forwards];
