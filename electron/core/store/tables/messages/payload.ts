/** What the store takes out of, and puts back into, wire payloads (tsdd-api.md 6.2). */
import { withoutFences } from '../../../../../shared/content/code-fences.ts';
import { historyWords } from '../../../../../shared/content/history-words.ts';
import { isForward, keptOfForward } from '../../../../../shared/content/merged-forward.ts';
import { type MessageContent } from '../../../../../shared/content/message-content.ts';
import { namedIn, noticeKind, type SystemPart } from '../../../../../shared/content/system-lines.ts';
import type { ContentKind } from '../../../../../shared/content/content-kind.ts';
import { isObject, type JsonObject } from '../../../../../shared/json.ts';
import { translate } from '../../../../../shared/strings/index.ts';
import { filmTime } from '../../../../../shared/content/film-time.ts';
import { cutText, oneLine } from '../../../../../shared/text-cut.ts';
import { claimsSystemType, keptOfSystemLine, referenceOf } from './system-line.ts';

export type Payload = JsonObject;

/**
 * The payload without words of other messages: what a quote embeds, at the top or in a message that was forwarded, and
 * what a server wrote into a system line. Quotes are resolved by id, so the embedded copy is never stored: what is not
 * there cannot outlive a recall. Everything that is stored of a delivery or an edit comes through here.
 */
export function withoutOthersWords(payload: Payload): Payload {
  return ownWords(payload);
}

/** SQL: rows whose payload may hold words of others (see `withoutOthersWords`). */
export const MAY_HOLD_OTHERS = `payload IS NOT NULL
  AND (type >= 1000 AND type <= 2000 OR type = 0 OR payload LIKE '%"reply"%' OR payload LIKE '%"msgs"%')`;

function ownWords(payload: Payload): Payload {
  if (claimsSystemType(payload['type'])) return keptOfSystemLine(payload);
  const kept = { ...payload };
  if ('reply' in kept) {
    // Whatever is no object names no message, and is nothing but words.
    if (isObject(kept['reply'])) kept['reply'] = referenceOf(kept['reply']);
    else delete kept['reply'];
  }
  if (isForward(kept)) return keptOfForward(kept, ownWords);
  delete kept['msgs'];
  return kept;
}

/**
 * The same of what an edit brings; null for a merged forward: no client edits one, and its copies of messages would
 * stand where nobody looks for them.
 */
export const editWithoutOthersWords = (edit: Payload): Payload | null =>
  isForward(edit) ? null : withoutOthersWords(edit);

/** Other clients expect `reply.payload` to be an object with a type (tsdd-api.md 6.2). */
export function withEmbeddedQuote(payload: Payload, digest: string): Payload {
  const reply = payload['reply'];
  if (!isObject(reply)) return payload;
  return { ...payload, reply: { ...reply, payload: { type: 1, content: digest } } };
}

/**
 * Blanks the embedded text of every quote of `messageIds` anywhere in a JSON value (jobs that have not left yet).
 * Returns the same value when nothing was found.
 */
export function blankQuotes(value: unknown, messageIds: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => blankQuotes(item, messageIds));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => {
    const blanked =
      name === 'reply' && isObject(item) && messageIds.has(String(item['message_id']))
        ? { ...item, payload: { type: 1, content: '' } }
        : blankQuotes(item, messageIds);
    changed ||= blanked !== item;
    return [name, blanked];
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** Ids of all messages that are quoted anywhere in a JSON value. */
export function quotedIds(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(quotedIds);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    name === 'reply' && isObject(item) ? [String(item['message_id'])] : quotedIds(item),
  );
}

/** The edited payload in place of the original: the quote stays the original's. */
export function applyEdit(original: Payload, edit: Payload): Payload {
  const { reply: _ignored, ...rest } = edit;
  return 'reply' in original ? withoutOthersWords({ ...rest, reply: original['reply'] }) : rest;
}

/** What is shown of content that burns after reading while it is not open. */
export function covered(content: MessageContent): MessageContent {
  switch (content.kind) {
    case 'text':
    case 'image':
    case 'file':
    case 'voice':
    case 'video':
    case 'unsupported':
      return { kind: 'covered', of: content.kind };
    case 'named':
    case 'history':
      return { kind: 'covered', of: 'unsupported' };
    // Nobody's words, nothing that was opened, nothing at all.
    case 'system':
    case 'covered':
    case 'recalled':
      return content;
    default:
      return content satisfies never;
  }
}

/** Text that search looks at; null = nothing. */
export function searchableText(content: MessageContent): string | null {
  if (content.kind === 'text') return content.text || null;
  if (content.kind === 'file' || content.kind === 'image') return content.name || null;
  if (content.kind === 'video') return content.name || filmTime(content.seconds) || null;
  if (content.kind === 'named') return content.detail || null;
  if (content.kind === 'history') return historyWords(content) || null;
  return null;
}

/** One line of a message for lists, quotes and notifications. */
export function digest(content: MessageContent): {
  text: string;
  contentKind?: ContentKind;
  parts?: SystemPart[];
} {
  switch (content.kind) {
    case 'text':
      return { text: oneLine(withoutFences(content.text), 200), contentKind: 'text' };
    case 'image':
      return { text: '[图片]', contentKind: 'image' };
    case 'file':
      return { text: `[文件] ${oneLine(content.name, 200)}`.trim(), contentKind: 'file' };
    case 'voice':
      return { text: '[语音]', contentKind: 'voice' };
    case 'video':
      return { text: `[视频] ${filmTime(content.seconds)}`.trim(), contentKind: 'video' };
    case 'system':
      if (content.tip === 'pin')
        return { text: namedIn(content.parts), contentKind: 'pinned', parts: content.parts };
      return content.parts.length === 0
        ? { text: '', contentKind: noticeKind(content.type) }
        : {
            text: cutText(content.parts.map((part) => part.text).join(''), 200),
            contentKind: 'system',
            parts: content.parts,
          };
    case 'named': {
      const text = `${translate('zh', `preview.${content.what}`)} ${oneLine(content.detail, 200)}`.trim();
      return { text, contentKind: content.what, ...(content.names && { parts: named(content.names) }) };
    }
    case 'history': {
      const { more, names } = content;
      const people = names.map((name, at) => (more && at === names.length - 1 ? `${name}…` : name));
      const text = `${translate('zh', 'preview.history')} ${people.join('、')}`.trim();
      return { text, contentKind: 'history', ...(people.length > 1 && { parts: named(people) }) };
    }
    case 'unsupported':
      return { text: '[暂不支持的消息类型]', contentKind: 'unsupported' };
    case 'covered':
      return { text: '[阅后即焚消息]', contentKind: 'covered' };
    case 'recalled':
      return { text: '' };
    default:
      return content satisfies never;
  }
}

/** Names of others, to be listed as the language does. */
const named = (names: readonly string[]): SystemPart[] => names.map((text) => ({ text, uid: null }));
