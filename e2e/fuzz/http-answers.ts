/**
 * Answers of a business server with any status and body: every call by itself, and a core whose whole sync gets them.
 */
import * as fc from 'fast-check';
import { createBusinessApi, type BusinessApi } from '../../electron/core/api/business-api.ts';
import * as captured from '../../electron/core/api/fixtures.ts';
import { login, probeServer, register } from '../../electron/core/api/sign-in.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import { BOB, CoreRig, GROUP } from './core-rig.ts';
import { jsonText, SECRET, spoiltBytes, spoiltJson } from './mutate.ts';
import { PAYLOADS } from './payloads.ts';
import { checkEach, draw, noSecretIn, type Target } from './target.ts';

const DONE = '{"status":200}';
const STICKER =
  '{"path":"file/preview/sticker/a.lim","width":200,"height":100,"format":"lim","category":"a","title":"t","placeholder":"M10 10L20 20Z","searchable_word":"w"}';
const PACK =
  '{"category":"a","cover":"file/preview/a.png","cover_lim":"","sort_num":1,"status":1,"title":"A","desc":"d"}';

const NEVER = new AbortController().signal;
async function* threeBytes(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2, 3);
}

type Call = [golden: string, call: (api: BusinessApi) => Promise<unknown>];

/** Every call of the client with a real answer to it. A call that is missing here does not compile. */
const CALLS: Record<Exclude<keyof BusinessApi, 'isOwnReadMark'>, Call> = {
  appConfig: [captured.APP_CONFIG, (api) => api.appConfig()],
  imAddresses: [captured.IM_ROUTE, (api) => api.imAddresses('u1')],
  conversationSync: [captured.CONVERSATION_SYNC, (api) => api.conversationSync('', 20)],
  clearUnread: [DONE, (api) => api.clearUnread(BOB, 0, 1)],
  clearHistory: [DONE, (api) => api.clearHistory(BOB, 1)],
  deleteConversation: [DONE, (api) => api.deleteConversation(BOB)],
  conversationExtras: [
    '[{"channel_id":"bob","channel_type":1,"browse_to":2,"keep_message_seq":1,"keep_offset_y":7,"draft":"d","version":1001012}]',
    (api) => api.conversationExtras(0),
  ],
  setConversationExtra: [
    '{"version":1001013}',
    (api) => api.setConversationExtra(BOB, { draft: 'd', browseTo: 2, keepMessageSeq: 1, keepOffsetY: 7 }),
  ],
  history: [
    captured.CHANNEL_SYNC,
    (api) => api.history({ channel: BOB, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 50 }),
  ],
  reactionSync: [
    '[{"message_id":"2124791608111960065","channel_id":"bob","channel_type":1,"seq":3,"uid":"bob","name":"Bob","emoji":"👍","is_deleted":0,"created_at":"2026-11-23 09:02:14"}]',
    (api) => api.reactionSync(BOB, 0, 100),
  ],
  readers: ['[{"uid":"bob","name":"Bob"}]', (api) => api.readers('2124791608111960065', 1, 100)],
  togglePin: [DONE, (api) => api.togglePin(BOB, '2124791608111960065', 1)],
  unpinAll: [DONE, (api) => api.unpinAll(BOB)],
  react: [DONE, (api) => api.react(BOB, '2124791608111960065', '👍')],
  pinnedMessages: [
    '{"pinned_messages":[{"message_id":"1","message_seq":1,"channel_id":"bob","channel_type":1,"is_deleted":0,"version":1795424770000,"created_at":"2026-11-23 09:06:14","updated_at":"2026-11-23 09:06:14"}],"messages":[]}',
    (api) => api.pinnedMessages(BOB),
  ],
  extraSync: [captured.EXTRA_SYNC, (api) => api.extraSync(BOB, 1, 'dev', 100)],
  revoke: [DONE, (api) => api.revoke({ channel: BOB, messageId: '1', clientMsgNo: 'c' })],
  edit: [DONE, (api) => api.edit({ channel: BOB, messageId: '1', messageSeq: 1, payload: { type: 1 } })],
  deleteMessages: [DONE, (api) => api.deleteMessages(BOB, [{ messageId: '1', messageSeq: 1 }])],
  typing: [DONE, (api) => api.typing(BOB)],
  findByClientMsgNo: [captured.CHANNEL_SYNC, (api) => api.findByClientMsgNo(BOB, 'c', 'u1', 1_795_424_000)],
  reminders: [captured.REMINDERS, (api) => api.reminders(0, ['g1'], 100)],
  remindersDone: [DONE, (api) => api.remindersDone([1])],
  reportPlayed: [DONE, (api) => api.reportPlayed(BOB, { messageId: '1', messageSeq: 1 })],
  reportRead: [DONE, (api) => api.reportRead(BOB, ['1'])],
  offlineCommands: [captured.OFFLINE_COMMANDS, (api) => api.offlineCommands(200)],
  acknowledgeCommands: [DONE, (api) => api.acknowledgeCommands(3)],
  setAutoDelete: [DONE, (api) => api.setAutoDelete(BOB, 60)],
  offersAutoDelete: [DONE, (api) => api.offersAutoDelete('u1')],
  endsOf: [
    '{"channel":{"channel_id":"bob","channel_type":1},"name":"Bob","extra":{"sex":1,"msg_auto_delete":3600}}',
    (api) => api.endsOf(BOB),
  ],
  user: [captured.USER, (api) => api.user('bob')],
  profile: [captured.USER, (api) => api.profile('bob', 'g1')],
  ownProfile: [captured.USER, (api) => api.ownProfile('u1')],
  changeOwn: [DONE, (api) => api.changeOwn({ sex: 'unsaid' })],
  changePassword: [DONE, (api) => api.changePassword('old', 'new')],
  ownQrCode: ['{"data":"http://127.0.0.1/v1/qrcode/vercode_0a"}', (api) => api.ownQrCode()],
  setRemark: [DONE, (api) => api.setRemark('bob', 'r')],
  setBlocked: [DONE, (api) => api.setBlocked('bob', true)],
  blockedUids: ['[{"uid":"bob","name":"Bob","usename":""}]', (api) => api.blockedUids()],
  removeFriend: [DONE, (api) => api.removeFriend('bob')],
  reportReasons: [
    '[{"category_no":"1","category_name":"Spam","parent_category_no":"","children":[{"category_no":"2","category_name":"Links","parent_category_no":"1"}]}]',
    (api) => api.reportReasons('en'),
  ],
  report: [DONE, (api) => api.report(BOB, '1', 'r')],
  uploadAvatar: [DONE, (api) => api.uploadAvatar(BOB, Uint8Array.of(1, 2, 3), 'image/png')],
  ownCard: [captured.USER, (api) => api.ownCard('u1')],
  setUserSetting: [DONE, (api) => api.setUserSetting('bob', { mute: true })],
  friendSync: [`[${captured.USER}]`, (api) => api.friendSync(0, 100)],
  searchUser: [`{"exist":1,"data":${captured.USER}}`, (api) => api.searchUser('bob')],
  applyFriend: [DONE, (api) => api.applyFriend('bob', 'v', 'hello')],
  friendRequests: [
    '[{"id":1,"uid":"u1","to_uid":"bob","to_name":"Bob","remark":"hi","status":0,"token":"t"}]',
    (api) => api.friendRequests(),
  ],
  acceptFriend: [DONE, (api) => api.acceptFriend('t')],
  refuseFriend: [DONE, (api) => api.refuseFriend('bob')],
  devices: [
    '[{"id":1,"device_id":"d","device_name":"n","device_model":"m","last_login":"2026-11-23 09:02","self":1}]',
    (api) => api.devices(),
  ],
  removeDevice: [DONE, (api) => api.removeDevice('d')],
  group: [captured.GROUP, (api) => api.group('g1')],
  savedGroups: [`[${captured.GROUP}]`, (api) => api.savedGroups()],
  memberSync: [captured.MEMBER_SYNC, (api) => api.memberSync('g1', 0, 1_000)],
  memberPage: [captured.MEMBER_SYNC, (api) => api.memberPage('g1', 1, 100)],
  createGroup: [captured.GROUP_CREATE, (api) => api.createGroup(['bob'], 'Team')],
  invitation: [
    '{"invite_no":"i1","group_no":"g1","inviter":"u2","inviter_name":"Bob","remark":"","status":0,"items":[{"uid":"u3","name":"Ann"}]}',
    (api) => api.invitation('i1'),
  ],
  confirmInvitation: [
    '{"url":"http://h5.example/invite_detail.html?invite_no=i1&auth_code=c0de"}',
    (api) => api.confirmInvitation('g1', 'i1'),
  ],
  refuseInvitation: [
    '{"url":"http://h5.example/invite_detail.html?invite_no=i1&auth_code=c0de"}',
    (api) => api.refuseInvitation('g1', 'i1'),
  ],
  invite: [DONE, (api) => api.invite('g1', ['bob'], 'x')],
  groupCode: [
    '{"day":7,"qrcode":"http://tsdd.test/v1/qrcode/0a1b2c","expire":"12月05日","scan_approval":1}',
    (api) => api.groupCode('g1'),
  ],
  scan: [
    '{"forward":"h5","type":"webview","data":{"url":"http://h5.example/join_group.html?group_no=g1&auth_code=c0de"}}',
    (api) => api.scan('0a1b2c'),
  ],
  groupDetail: [
    '{"group_no":"g1","name":"Team","notice":"","forbidden":0,"member_count":3,"version":1}',
    (api) => api.groupDetail('g1', 'c0de'),
  ],
  joinByCode: [DONE, (api) => api.joinByCode('g1', 'c0de')],
  groupRecalls: [
    '[{"id":"1","at":1795400000,"message_id":"1","from_uid":"u2","revoker":"u1","type":1,"address":"::1"}]',
    (api) => api.groupRecalls('g1', { before: '', since: 0, revoker: '', limit: 50 }),
  ],
  notices: [
    '[{"id":1,"content":"x","uid":"u2","name":"Bob","created_at":1795400000,"read_count":1,"unread_count":2,"read":1,"remind_at":0}]',
    (api) => api.notices('g1'),
  ],
  markNoticeRead: [DONE, (api) => api.markNoticeRead('g1', 1)],
  noticeReaders: [
    '[{"uid":"u2","name":"Bob","read_at":1795400000}]',
    (api) => api.noticeReaders('g1', 1, true),
  ],
  remindOfNotice: ['{"uids":["u2"]}', (api) => api.remindOfNotice('g1', 1)],
  removeNotice: [DONE, (api) => api.removeNotice('g1', 1)],
  transferGroup: [DONE, (api) => api.transferGroup('g1', 'bob')],
  muteMember: [DONE, (api) => api.muteMember('g1', 'bob', 60)],
  setBlacklisted: [DONE, (api) => api.setBlacklisted('g1', ['bob'], true)],
  setNickname: [DONE, (api) => api.setNickname('g1', 'bob', 'x')],
  setGroupRule: [DONE, (api) => api.setGroupRule('g1', 'invite', true)],
  updateGroup: [DONE, (api) => api.updateGroup('g1', 'name', 'x')],
  setGroupSetting: [DONE, (api) => api.setGroupSetting('g1', { top: true })],
  addMembers: [DONE, (api) => api.addMembers('g1', ['bob'])],
  removeMembers: [DONE, (api) => api.removeMembers('g1', ['bob'])],
  setManager: [DONE, (api) => api.setManager('g1', 'bob', true)],
  setForbidden: [DONE, (api) => api.setForbidden('g1', true)],
  leaveGroup: [DONE, (api) => api.leaveGroup('g1')],
  disbandGroup: [DONE, (api) => api.disbandGroup('g1')],
  stickers: [
    '[{"path":"file/preview/sticker/a.gif","width":200,"height":100,"format":"gif","category":"","title":"","placeholder":""}]',
    (api) => api.stickers(),
  ],
  packs: [`[${PACK}]`, (api) => api.packs()],
  pack: [`{"list":[${STICKER}],"title":"A","cover":"","category":"a","added":true}`, (api) => api.pack('a')],
  packStore: [`[${PACK}]`, (api) => api.packStore(1)],
  searchStickers: [`[${STICKER}]`, (api) => api.searchStickers('a', 1)],
  addPack: [DONE, (api) => api.addPack('a')],
  removePack: [DONE, (api) => api.removePack('a')],
  orderPacks: [DONE, (api) => api.orderPacks(['a', 'b'])],
  addSticker: [DONE, (api) => api.addSticker({ path: 'file/preview/chat/a.gif', width: 1, height: 1 })],
  removeSticker: [DONE, (api) => api.removeSticker('file/preview/chat/a.gif')],
  uploadFile: [
    '{"path":"file/preview/chat/1/bob/a.png"}',
    (api) =>
      api.uploadFile({
        channel: BOB,
        name: 'a',
        extension: 'png',
        mime: 'image/png',
        size: 3,
        content: threeBytes(),
        signal: NEVER,
        onProgress: () => undefined,
      }),
  ],
  uploadLimit: ['{"url":"u","max_bytes":1000}', (api) => api.uploadLimit()],
  discardUpload: [DONE, (api) => api.discardUpload('file/preview/chat/a.png')],
  foreignHost: [DONE, async (api) => api.foreignHost('http://elsewhere.example/x')],
  downloadFile: [
    '{"bytes":"of a file"}',
    async (api) => {
      const request = { url: 'file/preview/a.png', offset: 0, validator: null, maxBytes: 100, signal: NEVER };
      const { body, ...about } = await api.downloadFile(request);
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return { about, bytes };
    },
  ],
};

const DEVICE = { id: 'd', name: 'n', model: 'm' };
const SIGN_IN: [string, (fetch: () => Promise<Response>) => Promise<unknown>][] = [
  [captured.APP_CONFIG, (fetch) => probeServer('server.test', { fetch })],
  [
    captured.LOGIN,
    (fetch) => login({ server: 'http://s', username: 'u', password: 'p', device: DEVICE }, { fetch }),
  ],
  [
    captured.LOGIN,
    (fetch) =>
      register({ server: 'http://s', username: 'u', password: 'p', name: 'n', device: DEVICE }, { fetch }),
  ],
];

interface Answer {
  status: number;
  text: string;
}

const parsed = (golden: string): unknown =>
  JSON.parse(golden.replaceAll('你好 👋', SECRET).replaceAll(/(?<=[:[,])(\d{16,})(?=[,}\]])/g, '"long:$1"'));
/** Ids above 2^53 as TSDD writes them: digits. */
const written = (value: unknown): string => jsonText(value).replaceAll(/"long:(\d+)"/g, '$1');

function answerLike(golden: string, statuses: readonly number[]): fc.Arbitrary<Answer> {
  return fc.record({
    status: fc.constantFrom(...statuses),
    text: fc.oneof(
      { weight: 7, arbitrary: spoiltJson(parsed(golden)).map(written) },
      { weight: 2, arbitrary: spoiltBytes([Buffer.from(golden)]).map((bytes) => bytes.toString('utf8')) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', 'null', '[]', '{}', '404 page not found', '<html></html>'),
      },
    ),
  });
}

/** What a refusal says is shown to the user: no content in it. */
const refusal: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(400, 401, 404, 429, 500, 503),
  text: fc.constantFrom(
    '{"msg":"撤回失败！","status":400}',
    '{"msg":7}',
    '[]',
    'null',
    'oops',
    '{"msg":"","code":{}}',
  ),
});

function responseOf({ status, text }: Answer): Response {
  return new Response(status === 204 || status === 304 ? null : text, { status });
}

const calls: Target = {
  name: 'answers to single calls',
  share: 12,
  run(run) {
    const all: [string, (fetch: () => Promise<Response>, lines: string[]) => Promise<unknown>][] = [
      ...Object.values(CALLS).map(([golden, call]): [string, (typeof all)[number][1]] => [
        golden,
        (fetch, lines) =>
          call(
            createBusinessApi({
              server: 'http://s',
              token: 't',
              fetch,
              log: (_level, line) => lines.push(line),
            }),
          ),
      ]),
      ...SIGN_IN.map(([golden, call]): [string, (typeof all)[number][1]] => [golden, (fetch) => call(fetch)]),
    ];
    const cases = all.map(([golden], index) =>
      fc.tuple(
        fc.constant(index),
        fc.oneof(
          { weight: 4, arbitrary: answerLike(golden, [200, 200, 200, 204]) },
          { weight: 1, arbitrary: refusal },
        ),
      ),
    );
    return checkEach(fc.oneof(...cases), run, async ([index, answer]) => {
      const lines: string[] = [];
      const call = all[index]?.[1];
      try {
        const value = await call?.(() => Promise.resolve(responseOf(answer)), lines);
        structuredClone(value);
        JSON.stringify(value);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        lines.push(error.message);
      }
      noSecretIn(lines, 'api');
    });
  },
};

/** What the sync after connecting and an opened chat ask for. */
const ASKED: readonly [call: string, golden: string][] = [
  ['GET /common/appconfig', captured.APP_CONFIG],
  ['POST /conversation/sync', captured.CONVERSATION_SYNC.replaceAll(captured.ALICE, 'bob')],
  ['GET /friend/sync', `[${captured.USER.replaceAll(captured.BOB, 'bob')}]`],
  ['GET /friend/apply', '[{"to_uid":"bob","to_name":"Bob","remark":"hi","status":0,"token":"t"}]'],
  ['POST /message/reminder/sync', captured.REMINDERS],
  ['POST /message/sync', captured.OFFLINE_COMMANDS],
  ['POST /message/extra/sync', captured.EXTRA_SYNC],
  [
    'POST /message/channel/sync',
    captured.CHANNEL_SYNC.replaceAll(captured.ALICE, 'bob').replaceAll(captured.BOB, 'u1'),
  ],
  ['GET /users/bob', captured.USER],
  ['GET /users/u1', captured.USER],
  ['GET /groups/g1', captured.GROUP],
  ['GET /groups/g1/membersync', captured.MEMBER_SYNC],
  ['GET /groups/g1/members', captured.MEMBER_SYNC],
];

const OPENED = [
  ['channels.open', { channel: BOB }],
  ['channels.open', { channel: GROUP }],
  ['messages.page', { channel: BOB, anchor: { at: 'latest' }, limit: 50 }],
  ['channels.members', { channel: GROUP }],
  ['contacts.list', undefined],
  ['groups.list', undefined],
  ['core.bootstrap', undefined],
  ['channels.close', { channel: BOB }],
  ['channels.close', { channel: GROUP }],
] as const;

const sync: Target = {
  name: 'answers to a whole sync',
  share: 6,
  run: (run) =>
    CoreRig.using(async (rig) => {
      const rounds = Math.ceil(run.cases / ASKED.length);
      const perCall = ASKED.map(([call, golden]) => {
        // Any status but 401, which ends the session.
        const answer = fc.oneof(
          { weight: 12, arbitrary: answerLike(golden, [200]) },
          { weight: 1, arbitrary: refusal.filter(({ status }) => status !== 401) },
        );
        return { call, answers: draw(answer, { seed: run.seed, cases: rounds }) };
      });
      const payloads = draw(spoiltJson(...PAYLOADS), { seed: run.seed, cases: rounds });
      for (let round = 0; round < rounds; round += 1) {
        for (const { call, answers } of perCall) {
          const answer = answers[round];
          if (answer) rig.business.overrides.set(call, () => responseOf(answer));
        }
        rig.write(rig.recv({ plain: Buffer.from(jsonText(payloads[round])) }));
        await rig.reconnect();
        for (const [channel, args] of OPENED) await rig.ask(channel, args);
        await rig.checkWell();
        noSecretIn(rig.lines.splice(0), 'core');
      }
      rig.wellAgain();
      const before = rig.syncs;
      await rig.reconnect();
      await rig.until('a sync', () => rig.syncs > before);
      await rig.checkWell();
    }),
};

export const answerTargets: readonly Target[] = [calls, sync];
