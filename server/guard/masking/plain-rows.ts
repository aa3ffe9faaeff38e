/**
 * Rows of a page that can be judged without being parsed: TSDD writes most of them from one Go structure, with the same
 * keys in the same order (tsdd-api.md 5.1), and a payload without anything that could hold another message. Such a row
 * is recognised whole, or not at all: with one byte that is not expected it is read as JSON.
 */
import { PINNED } from '../../../shared/content/system-lines.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { SendingKey } from '../store/guard-store.ts';
import type { Span } from './row-spans.ts';
import { storedForm } from './stored-form.ts';

/** A string of ASCII without escapes: it is its own value in every reading. */
const NAME = '"[ !#-[\\]-~]*"';
/**
 * Escapes that Go's encoder writes. `\u` followed by anything else may be a letter, and a key written with it would be
 * another one than it seems.
 */
const ESCAPE = '\\\\(?:["\\\\/bfnrt]|u00(?:3[ce]|26)|u202[89])';
/** The key of a tip whose words always go (mask-rows.ts) is none that a plain row has, nor is it a value there. */
const STRING = `"(?!tip")[^"\\\\]*(?:${ESCAPE}[^"\\\\]*)*"`;
const BARE = '[^"\\\\{}\\[\\]]*';
/** An object of strings and numbers: without brackets in it there is neither a quote nor a forward. */
const FLAT = `\\{${BARE}(?:${STRING}${BARE})*\\}`;
const NUMBER = '-?\\d+';
const optional = (key: string, value: string): string => `(?:"${key}":${value},)?`;
const kept = (value: string): string => value.replace(/^"(.*)"$/, '"($1)"');

/** What `message_extra` may say without a word of anybody in it. */
const EXTRA = [
  `\\{"message_id":${NUMBER},"message_id_str":"\\d+",`,
  `(?:("revoke":1,)${optional('revoker', NAME)})?`,
  ...['voice_status', 'readed', 'readed_count', 'readed_at', 'is_pinned'].map((key) => optional(key, '\\d+')),
  `"extra_version":\\d+\\}`,
].join('');

/** What of a row is read when something is known of its client number. */
const SENDING = [
  optional('stream_no', '""'),
  `"from_uid":${kept(NAME)},`,
  optional('to_uid', NAME),
  `"channel_id":${kept(NAME.replace('*', '+'))},"channel_type":(\\d{1,3}),`,
].join('');

/** The text is decoded as Latin-1: an index of it is an index of the bytes, and no letter of UTF-8 is a quote there. */
const PLAIN = new RegExp(
  [
    `\\{"header":\\{"no_persist":[01],"red_dot":[01],"sync_once":[01]\\},"setting":\\d+,`,
    `"message_id":${NUMBER},"message_idstr":"(\\d+)","message_seq":\\d+,"client_msg_no":${kept(NAME)},`,
    SENDING.replaceAll(/\((?!\?)/g, '(?:'),
    optional('expire', '\\d+'),
    `"timestamp":${NUMBER},"payload":${FLAT},"signal_payload":"","is_deleted":0,`,
    optional('voice_status', '\\d'),
    `"readed":\\d,`,
    `(?:("revoke":1,)${optional('revoker', NAME)})?`,
    optional('readed_count', '\\d+'),
    optional('unread_count', '\\d+'),
    `"extra_version":\\d+(?:,"message_extra":${EXTRA})?\\}`,
  ].join(''),
  'y',
);
/** The same parts of a row that is plain. */
const NAMED = new RegExp(`"message_seq":(\\d+),"client_msg_no":${NAME},${SENDING}`, 'y');
const PAYLOAD = new RegExp(`"payload":${FLAT}`, 'y');
const REVOKER = new RegExp(`"revoker":${kept(NAME)}`, 'y');

const LONGEST_ID = 20;
/** What is longer is looked for under another name (stored-number.ts). */
const LONGEST_NUMBER = 200;

/** The beginning of tips whose words always go. */
const PINNED_BYTES = Buffer.from(PINNED.replace('{0} ', '')).toString('latin1');

interface Named extends Channel {
  messageSeq: number;
  fromUid: string;
}

/** As long as nothing is known of a row, nobody asks more of it than its id and number: the rest is read when asked. */
export class PlainRow implements SendingKey, Span {
  readonly messageId: string;
  readonly clientMsgNo: string;
  readonly start: number;
  readonly end: number;
  /** It says that it was recalled. Then it is blanked in its payload, and nowhere else: there is no edit in it. */
  readonly isRecalled: boolean;
  readonly #text: string;
  #named: Named | null = null;

  /** `text`: a page decoded as Latin-1, in which the row was found. */
  constructor(text: string, start: number, end: number, [, id = '', number = '', says]: readonly string[]) {
    this.#text = text;
    this.start = start;
    this.end = end;
    this.messageId = id;
    this.clientMsgNo = number;
    this.isRecalled = says !== undefined;
  }

  get messageSeq(): number {
    return this.#read().messageSeq;
  }

  get fromUid(): string {
    return this.#read().fromUid;
  }

  /** In stored form. */
  get channelId(): string {
    return this.#read().channelId;
  }

  get channelType(): number {
    return this.#read().channelType;
  }

  /** Where the object of its payload stands. */
  get payload(): Span {
    const [found] = this.#find('"payload":', PAYLOAD);
    return { start: PAYLOAD.lastIndex - found.length + '"payload":'.length, end: PAYLOAD.lastIndex };
  }

  /** Who recalled it, as the row says; '' = it does not. */
  get revoker(): string {
    return this.#find('"revoker":', REVOKER)[1] ?? '';
  }

  #read(): Named {
    if (this.#named !== null) return this.#named;
    const [, seq, fromUid = '', channelId = '', type] = this.#find('"message_seq":', NAMED);
    const channel = storedForm({ channelId, channelType: Number(type) }, fromUid);
    this.#named = { ...channel, messageSeq: Number(seq), fromUid };
    return this.#named;
  }

  /** The first that is written so is the key: nothing before it holds a quote of its own. */
  #find(key: string, pattern: RegExp): [found: string, ...string[]] {
    pattern.lastIndex = this.#text.indexOf(key, this.start);
    const found = pattern.lastIndex < this.end ? pattern.exec(this.#text) : null;
    return found === null ? [''] : (found as unknown as [string, ...string[]]);
  }
}

/** `text`: a page decoded as Latin-1. Answers the row that begins at an index of it; null when it is not plain. */
export function plainReader(text: string): (start: number) => PlainRow | null {
  const mayTip = text.includes(PINNED_BYTES);
  return (start) => {
    PLAIN.lastIndex = start;
    const found = matched(text);
    if (found === null) return null;
    const { lastIndex: end } = PLAIN;
    const [whole, id = '', number = '', says, extraSays] = found;
    if (id.length > LONGEST_ID || number.length > LONGEST_NUMBER) return null;
    if (mayTip && whole.includes(PINNED_BYTES)) return null;
    // TSDD's row says what its `message_extra` says.
    if (says === undefined && extraSays !== undefined) return null;
    return new PlainRow(text, start, end, found);
  };
}

function matched(text: string): RegExpExecArray | null {
  try {
    return PLAIN.exec(text);
  } catch (error) {
    // Its stack grows with a text of many escapes.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
