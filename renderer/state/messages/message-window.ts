/**
 * The loaded part of one conversation, and how pages and deltas change it. Pure: every function returns a new
 * window (or the same one when nothing changed).
 *
 * Two rules hold whatever order pages and deltas arrive in: the keys are unique and ascending by `order`, and a
 * message that was ever seen as recalled neither comes back nor keeps any of its content here.
 */
import type { MessageView } from '../../../shared/domain.ts';
import { isRecalled } from './is-recalled.ts';

export interface MessageWindow {
  readonly byKey: ReadonlyMap<string, MessageView>;
  /** Ascending by `order`, then by key. */
  readonly keys: readonly string[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

export interface WindowDelta {
  readonly upserts: readonly MessageView[];
  readonly removed: readonly string[];
}

/** Most messages kept per conversation; pages on the far side are dropped beyond it. */
export const MAX_WINDOW = 600;

/** The live end may grow by this much before messages are dropped: not on each arrival. */
const LIVE_SLACK = 100;
/** Messages that stay above the one a reader looks at. */
const ROOM_ABOVE = 150;

export const emptyWindow: MessageWindow = { byKey: new Map(), keys: [], hasOlder: false, hasNewer: false };

export function compareMessages(a: MessageView, b: MessageView): number {
  if (a.order !== b.order) return a.order - b.order;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** A message as the window keeps it: a recalled or being-recalled one holds no content, whatever was delivered. */
function withoutRecalledContent(message: MessageView): MessageView {
  if (!isRecalled(message)) return message;
  if (message.content.kind === 'recalled' && message.quote === null) return message;
  return { ...message, content: { kind: 'recalled' }, quote: null };
}

/** Recalled is final: a page that was read before the recall must not bring the message back. */
function newer(existing: MessageView | undefined, incoming: MessageView): MessageView {
  const clean = withoutRecalledContent(incoming);
  if (existing?.recall?.state === 'done' && clean.recall?.state !== 'done') return existing;
  return clean;
}

function build(messages: Map<string, MessageView>, hasOlder: boolean, hasNewer: boolean): MessageWindow {
  blankQuotesOfRecalled(messages);
  const keys = [...messages.values()].sort(compareMessages).map((message) => message.key);
  return { byKey: messages, keys, hasOlder, hasNewer };
}

/**
 * A quote is resolved live: once the quoted message is recalled its preview is gone, also before the core's next delta.
 */
function blankQuotesOfRecalled(messages: Map<string, MessageView>): void {
  const recalled = new Set<string>();
  for (const message of messages.values()) {
    if (message.recall?.state === 'done' && message.messageId !== null) recalled.add(message.messageId);
  }
  if (recalled.size === 0) return;
  for (const message of messages.values()) {
    const quote = message.quote;
    if (quote && quote.state === 'ok' && recalled.has(quote.messageId)) {
      messages.set(message.key, { ...message, quote: { ...quote, state: 'recalled', preview: '' } });
    }
  }
}

export function first(window: MessageWindow): MessageView | undefined {
  const key = window.keys[0];
  return key === undefined ? undefined : window.byKey.get(key);
}

export function last(window: MessageWindow): MessageView | undefined {
  const key = window.keys.at(-1);
  return key === undefined ? undefined : window.byKey.get(key);
}

/** Applies one delta: what lies in the loaded range, or at an end that is the conversation's own, is kept. */
export function applyDelta(window: MessageWindow, delta: WindowDelta): MessageWindow {
  const low = first(window);
  const high = last(window);
  const messages = new Map(window.byKey);
  let changed = false;
  for (const incoming of delta.upserts) {
    const existing = messages.get(incoming.key);
    const message = newer(existing, incoming);
    if (message === existing) continue;
    const below = low !== undefined && compareMessages(message, low) < 0 && window.hasOlder;
    const above = high !== undefined && compareMessages(message, high) > 0 && window.hasNewer;
    const nowhere = low === undefined && (window.hasOlder || window.hasNewer);
    if (below || above || nowhere) {
      // A message that moved out of the range (acknowledged with another order) is no longer part of it.
      changed = messages.delete(incoming.key) || changed;
      continue;
    }
    messages.set(message.key, message);
    changed = true;
  }
  for (const key of delta.removed) changed = messages.delete(key) || changed;
  return changed ? build(messages, window.hasOlder, window.hasNewer) : window;
}

interface Page {
  readonly messages: readonly MessageView[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/**
 * A page that takes the place of the window (latest, around). Messages known as recalled stay so, and what the
 * core pushed while the page was under way is applied on top.
 */
export function replaceWith(
  window: MessageWindow,
  page: Page,
  meanwhile: readonly WindowDelta[],
): MessageWindow {
  const messages = new Map<string, MessageView>();
  for (const message of page.messages)
    messages.set(message.key, newer(window.byKey.get(message.key), message));
  return replay(build(messages, page.hasOlder, page.hasNewer), meanwhile);
}

/** Joins a page at one end and drops what exceeds `max` at the other. */
export function extend(
  window: MessageWindow,
  page: Page,
  side: 'older' | 'newer',
  meanwhile: readonly WindowDelta[],
  max: number = MAX_WINDOW,
): MessageWindow {
  const messages = new Map(window.byKey);
  for (const message of page.messages) messages.set(message.key, newer(messages.get(message.key), message));
  const joined = build(
    messages,
    side === 'older' ? page.hasOlder : window.hasOlder,
    side === 'newer' ? page.hasNewer : window.hasNewer,
  );
  return trim(replay(joined, meanwhile), side === 'older' ? 'newer' : 'older', max);
}

function replay(window: MessageWindow, deltas: readonly WindowDelta[]): MessageWindow {
  let next = window;
  for (const delta of deltas) next = applyDelta(next, delta);
  return next;
}

/** Drops messages at one end so that at most `max` stay. */
export function trim(window: MessageWindow, end: 'older' | 'newer', max: number = MAX_WINDOW): MessageWindow {
  if (window.keys.length <= max) return window;
  const keys = end === 'older' ? window.keys.slice(-max) : window.keys.slice(0, max);
  const byKey = new Map<string, MessageView>();
  for (const key of keys) {
    const message = window.byKey.get(key);
    if (message) byKey.set(key, message);
  }
  return {
    byKey,
    keys,
    hasOlder: end === 'older' ? true : window.hasOlder,
    hasNewer: end === 'newer' ? true : window.hasNewer,
  };
}

/**
 * What stays of a window that arrivals have made too long: the newest, unless that would take away what the reader
 * looks at (`readingKey`; null = the end). Then the newest go; they are loaded again when the reader comes near.
 */
export function trimLive(window: MessageWindow, readingKey: string | null): MessageWindow {
  const { length } = window.keys;
  if (length <= MAX_WINDOW + LIVE_SLACK) return window;
  const at = readingKey === null ? -1 : window.keys.indexOf(readingKey);
  return trim(window, at >= 0 && at < length - MAX_WINDOW + ROOM_ABOVE ? 'newer' : 'older');
}
