/**
 * The merged forward that is read, and how deep (docs/merged-forward.md). Its words are here as long as it is open, and
 * those of an entry go in the update that tells that its message was recalled; titles are names of people.
 */
import { Layers } from 'lucide-react';
import { create } from 'zustand';
import { DEEPEST_SHOWN } from '../../../shared/content/history-content.ts';
import type { HistorySummary } from '../../../shared/content/history-words.ts';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { HistoryLevel } from '../../../shared/ipc/contract/messages.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import { jumpTo, useUi } from '../window/ui-store.ts';
import { tellEntriesGone } from './gone-messages.ts';
import { isRecalled } from './is-recalled.ts';

export type HistoryTitle = Pick<HistorySummary, 'group' | 'names' | 'more'>;

export interface Reading {
  channel: ChannelRef;
  key: string;
  /** Indexes that lead to the level. */
  path: readonly number[];
  /** Of each level, the outermost first. */
  titles: readonly HistoryTitle[];
  /** The row that gets the focus. */
  at: number;
}

export interface HistoryReaderState {
  reading: Reading | null;
  level: HistoryLevel | null;
  failed: boolean;
  /** Its code is wanted: from the first press on. */
  wanted: boolean;
}

const CLOSED = { reading: null, level: null, failed: false };
export const useHistoryReader = create<HistoryReaderState>(() => ({ ...CLOSED, wanted: false }));
const get = useHistoryReader.getState;
const set = useHistoryReader.setState;

/** Ids of messages in it that are recalled or being recalled, as was told of last. */
let blank: ReadonlySet<string> = new Set();
let asked = 0;
/** Of the forward whose card is being pressed: what a click opens is there in the frame of the click. */
let ahead: { channel: ChannelRef; key: string; answer: Promise<HistoryLevel | null> } | null = null;
let aheadTimer: ReturnType<typeof setTimeout> | undefined;
/** A press that becomes no click. */
const AHEAD_MS = 1_000;

/** Something of it is left to be read. */
export const canRead = (content: HistorySummary): boolean => content.count > content.recalled;

/** A press on its card has begun. */
export function expectHistory({
  channel,
  key,
  content,
}: Pick<MessageView, 'channel' | 'content' | 'key'>): void {
  if (content.kind !== 'history' || !canRead(content)) return;
  dropAhead();
  ahead = { channel, key, answer: levelOf({ channel, key, path: [] }) };
  aheadTimer = setTimeout(dropAhead, AHEAD_MS);
  set({ wanted: true });
}

function dropAhead(): void {
  clearTimeout(aheadTimer);
  ahead = null;
}

function takeAhead({ channel, key, path }: Reading): Promise<HistoryLevel | null> | null {
  const isIt = path.length === 0 && ahead?.key === key && channelKey(ahead.channel) === channelKey(channel);
  const answer = isIt ? (ahead?.answer ?? null) : null;
  dropAhead();
  return answer;
}

export function openHistory({
  channel,
  key,
  content,
}: Pick<MessageView, 'channel' | 'content' | 'key'>): void {
  if (content.kind !== 'history' || !canRead(content)) return;
  blank = new Set(content.blank);
  set({ reading: { channel, key, path: [], titles: [titleOf(content)], at: 0 }, level: null, failed: false });
  void load();
}

export function closeHistory(): void {
  if (!get().reading) return;
  asked += 1;
  set(CLOSED);
}

export const isTooDeep = ({ path }: Pick<Reading, 'path'>): boolean => path.length + 1 >= DEEPEST_SHOWN;

/** Opens the forward that is this entry. */
export function enterHistory(at: number): void {
  const { level, reading } = get();
  const content = level?.entries[at]?.content;
  if (!reading || content?.kind !== 'history' || isTooDeep(reading) || !canRead(content)) return;
  const { path, titles } = reading;
  set({
    reading: { ...reading, path: [...path, at], titles: [...titles, titleOf(content)], at: 0 },
    level: null,
    failed: false,
  });
  void load();
}

/** Back to the level with this number, counted from 0. */
export function leaveHistory(to: number): void {
  const { reading } = get();
  if (!reading || to < 0 || to >= reading.path.length) return;
  const { path, titles } = reading;
  set({
    reading: { ...reading, path: path.slice(0, to), titles: titles.slice(0, to + 1), at: path[to] ?? 0 },
    level: null,
    failed: false,
  });
  void load();
}

export const readAgain = (): void => void load();

const titleOf = ({ group, names, more }: HistoryTitle): HistoryTitle => ({ group, names, more });

async function load(): Promise<void> {
  const { reading } = get();
  if (!reading) return;
  const mine = (asked += 1);
  const answer = (await takeAhead(reading)) ?? (await levelOf(reading));
  if (mine !== asked) return;
  if (answer) tellGone(answer);
  set(answer ? { level: withoutBlank(answer), failed: false } : { level: null, failed: true });
}

const levelOf = ({ channel, key, path }: Pick<Reading, 'channel' | 'key' | 'path'>) =>
  call('messages.history', { channel, key, path: [...path] }).catch(() => null);

function withoutBlank(level: HistoryLevel): HistoryLevel {
  return { ...level, entries: level.entries.map(withoutBlankIn) };
}

function withoutBlankIn(entry: MessageView): MessageView {
  const { content, messageId } = entry;
  if (messageId !== null && blank.has(messageId)) return { ...entry, content: { kind: 'recalled' } };
  if (content.kind !== 'history' || !content.lines.some((line) => blank.has(line.messageId))) return entry;
  const lines = content.lines.map((line) =>
    blank.has(line.messageId) ? { ...line, content: { kind: 'recalled' as const } } : line,
  );
  return { ...entry, content: { ...content, lines } };
}

/** Of those that were shown, in the turn in which they are not any more. */
function tellGone(next: HistoryLevel): void {
  const { level, reading } = get();
  if (!level || !reading) return;
  const shown = new Set(level.entries.filter((entry) => !isRecalled(entry)).map(({ key }) => key));
  const keys = next.entries
    .filter((entry) => isRecalled(entry) && shown.has(entry.key))
    .map(({ key }) => key);
  if (keys.length > 0) tellEntriesGone({ channel: reading.channel, keys });
}

/** What it says now, in the update that tells. */
function follow(content: HistorySummary): void {
  const { level, reading } = get();
  const now = new Set(content.blank);
  if (!reading || (now.size === blank.size && content.blank.every((id) => blank.has(id)))) return;
  // (Fewer when a recall that waited was cancelled, or refused.)
  blank = now;
  if (level) {
    const next = withoutBlank(level);
    const keys = next.entries
      .filter((entry, at) => entry !== level.entries[at] && entry.content.kind === 'recalled')
      .map(({ key }) => key);
    set({ level: next });
    tellEntriesGone({ channel: reading.channel, keys });
  }
  void load();
}

function gone({ channel }: Reading, message: MessageView | null): void {
  closeHistory();
  if (!message || !isRecalled(message)) return;
  showToast({ text: t('fwd.gone'), icon: Layers });
  if (message.messageSeq > 0) jumpTo(channel, message.messageSeq);
}

function tellsOf(delta: CoreDelta, { channel, key }: Pick<Reading, 'channel' | 'key'>): boolean {
  if (delta.kind !== 'reload' && delta.kind !== 'messages') return false;
  if (channelKey(delta.channel) !== channelKey(channel)) return false;
  return (
    delta.kind === 'reload' || delta.removed.includes(key) || delta.upserts.some((each) => each.key === key)
  );
}

onMessageDelta((deltas) => {
  // Asked before what is told now.
  if (deltas.some((delta) => ahead && tellsOf(delta, ahead))) dropAhead();
  for (const delta of deltas) {
    const { reading } = get();
    if (!reading) return;
    // Too many changes to be told one by one.
    if (delta.kind === 'reload' && channelKey(delta.channel) === channelKey(reading.channel)) void load();
    if (delta.kind !== 'messages' || channelKey(delta.channel) !== channelKey(reading.channel)) continue;
    const message = delta.upserts.findLast(({ key }) => key === reading.key);
    if (delta.removed.includes(reading.key)) gone(reading, null);
    else if (message?.content.kind === 'history') follow(message.content);
    else if (message) gone(reading, message);
  }
});

useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel || state.route !== before.route) closeHistory();
});
// Another account: nothing of this one stays open.
useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  dropAhead();
  closeHistory();
});
