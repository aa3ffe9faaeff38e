/**
 * Rows of a page that can be judged without being parsed: TSDD writes most of them from one Go structure, with the same
 * keys in the same order (tsdd-api.md 5.1), and a payload without anything that could hold another message. Such a row
 * is recognised whole, or not at all: with one byte that is not expected it is read as JSON.
 */
import { PINNED } from '../../../shared/content/system-lines.ts';
import type { SendingKey } from '../store/guard-store.ts';

/** What of a plain row decides about it. It is no copy of anything, and says nothing of a recall or a deletion. */
export interface PlainRow extends SendingKey {
  messageId: string;
  messageSeq: number;
  /** Behind its last character. */
  end: number;
}

/** A string of ASCII without escapes: it is its own value in every reading. */
const NAME = '"([ !#-[\\]-~]{0,200})"';
/**
 * Escapes that Go's encoder writes. `\u` followed by anything else may be a letter, and a key written with it would be
 * another one than it seems.
 */
const ESCAPE = '\\\\(?:["\\\\/bfnrt]|u00(?:3[ce]|26)|u202[89])';
const STRING = `"[^"\\\\]*(?:${ESCAPE}[^"\\\\]*)*"`;
const BARE = '[^"\\\\{}\\[\\]]*';
/** An object of strings and numbers: without brackets in it there is neither a quote nor a forward. */
const FLAT = `\\{${BARE}(?:${STRING}${BARE})*\\}`;
const NUMBER = '-?\\d{1,20}';
const optional = (key: string, value: string): string => `(?:"${key}":${value},)?`;

/** The text is decoded as Latin-1: an index of it is an index of the bytes, and no letter of UTF-8 is a quote there. */
const PLAIN = new RegExp(
  [
    `\\{"header":\\{"no_persist":[01],"red_dot":[01],"sync_once":[01]\\},"setting":\\d{1,3},`,
    `"message_id":${NUMBER},"message_idstr":"(\\d{1,20})","message_seq":(\\d{1,20}),"client_msg_no":${NAME},`,
    optional('stream_no', '""'),
    `"from_uid":${NAME},`,
    optional('to_uid', NAME.replace('(', '(?:')),
    `"channel_id":${NAME},"channel_type":(\\d{1,3}),`,
    optional('expire', '\\d{1,20}'),
    `"timestamp":${NUMBER},"payload":(${FLAT}),"signal_payload":"","is_deleted":0,`,
    optional('voice_status', '\\d'),
    `"readed":\\d,`,
    optional('readed_count', '\\d{1,20}'),
    optional('unread_count', '\\d{1,20}'),
    `"extra_version":\\d{1,20}\\}`,
  ].join(''),
  'y',
);

/** Keys and beginnings of the tips whose words always go (mask-rows.ts). */
const TIP = '"tip"';
const PINNED_BYTES = Buffer.from(PINNED.replace('{0} ', '')).toString('latin1');
const maybeTip = (text: string): boolean => text.includes(TIP) || text.includes(PINNED_BYTES);

/**
 * `text`: a page decoded as Latin-1. Answers what decides about the row that begins at an index of it; null when it is
 * not plain.
 */
export function plainReader(text: string): (start: number) => PlainRow | null {
  return (start) => {
    PLAIN.lastIndex = start;
    const found = matched(text);
    if (found === null || maybeTip(found[7] ?? '')) return null;
    return {
      messageId: found[1] ?? '',
      messageSeq: Number(found[2]),
      clientMsgNo: found[3] ?? '',
      fromUid: found[4] ?? '',
      channelId: found[5] ?? '',
      channelType: Number(found[6]),
      end: PLAIN.lastIndex,
    };
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
