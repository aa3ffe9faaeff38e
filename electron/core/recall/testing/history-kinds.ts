/**
 * Kinds of messages that hold more or other things than words, for the one-state test: what is sent of each, and what
 * the rules say is shown, found, listed and kept of it (docs/message-kinds.md, docs/shared-content.md,
 * docs/favourites-and-reminders.md), with the same words in all its fields.
 */

export interface Kind {
  payload: (words: string) => Record<string, unknown>;
  /** In one line; `by`: the name of its sender where it is known here. */
  line: (words: string, by: string | null) => string;
  /** What a search looks at; null = nothing. */
  indexed: (words: string) => string | null;
  /** Where it stands in the shared content of its chat: 1 media, 2 files, 4 recordings, 0 nowhere. */
  shared: number;
  /** What of it is loaded: nothing, the message's file, a film and its cover, or a picture that is its second piece. */
  files: 'none' | 'one' | 'film' | 'piece';
  /** It can be a favourite, and somebody can be reminded of it. */
  kept: boolean;
  /** It stands as a line of its own. */
  isLine: boolean;
}

const kind = (
  of: Pick<Kind, 'payload' | 'line'> &
    Partial<Pick<Kind, 'indexed' | 'shared' | 'files' | 'kept' | 'isLine'>>,
): Kind => ({ indexed: (words) => words, shared: 0, files: 'none', kept: true, isLine: false, ...of });
const nothing = (): null => null;

const KINDS = {
  place: kind({
    payload: (words) => ({ type: 6, title: words, address: words, lat: 1, lng: 2, img: words }),
    line: (words) => `[位置] ${words}`,
    files: 'one',
  }),
  image: kind({
    payload: (words) => ({ type: 2, url: words, name: words }),
    line: () => '[图片]',
    shared: 1,
    files: 'one',
  }),
  voice: kind({
    payload: (words) => ({ type: 4, url: words, timeTrad: 3, waveform: words }),
    line: () => '[语音]',
    indexed: nothing,
    shared: 4,
    files: 'one',
  }),
  video: kind({
    payload: (words) => ({ type: 5, url: words, cover: words, second: 3, size: 9, name: words }),
    line: () => '[视频] 0:03',
    shared: 1,
    files: 'film',
  }),
  card: kind({
    payload: (words) => ({ type: 7, uid: 'u-1', name: words, vercode: words }),
    line: (words) => `[名片] ${words}`,
  }),
  file: kind({
    payload: (words) => ({ type: 8, url: words, name: words, size: 9 }),
    line: (words) => `[文件] ${words}`,
    shared: 2,
    files: 'one',
  }),
  sticker: kind({
    payload: (words) => ({ type: 12, url: words, placeholder: words, category: words, format: 'lim' }),
    line: (words) => `[表情] ${words}`,
    files: 'one',
  }),
  rich: kind({
    payload: (words) => ({
      type: 14,
      content: [
        { type: 'text', text: words },
        { type: 'image', url: `file/preview/${words}` },
      ],
    }),
    line: (words) => `[图文消息] ${words}`,
    files: 'piece',
  }),
  organisation: kind({
    payload: (words) => ({ type: 16, org_name: words, inviter_name: words }),
    line: (words) => `[加入组织邀请] ${words}`,
  }),
  screenshot: kind({
    payload: (words) => ({ type: 20, content: words, from_uid: words, from_name: words }),
    line: (words, by) => `${by ?? words}在聊天中截屏了`,
    indexed: nothing,
    kept: false,
    isLine: true,
  }),
  call: kind({
    payload: (words) => ({ type: 9989, call_type: 0, result_type: 1, second: 65, content: words }),
    line: () => '[通话] 1:05',
    indexed: () => '1:05',
  }),
  unknown: kind({
    payload: (words) => ({ type: 77, any: { deep: [words] } }),
    line: () => '[暂不支持的消息类型]',
    indexed: nothing,
    kept: false,
  }),
} satisfies Record<string, Kind>;

/** The kinds of this file. */
export type SaidKind = keyof typeof KINDS;
export const SAID_KINDS = Object.keys(KINDS) as SaidKind[];

/** What the rules say of a kind; null when it is none of these. */
export const kindOf = (name: string): Kind | null =>
  Object.hasOwn(KINDS, name) ? KINDS[name as SaidKind] : null;

/** As what an edit stands there, whatever it was: the later ones make a picture of it, the others a text (null). */
export const kindOfEdit = (version: number): Kind | null =>
  version === 3 || version === 4 ? KINDS.image : null;
