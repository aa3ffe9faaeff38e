/**
 * Turns the loaded messages into the rows of the flow: groups, date chips, the unread divider, and folded recall
 * lines. Pure. A row is keyed by its message, so that it keeps its place and focus when the message becomes a
 * placeholder; chips and divider belong to the row they stand above, so that loading older messages never removes
 * the row a reader is looking at.
 */
import type { MessageView } from '../../../shared/domain.ts';
import { dayKey } from './day-key.ts';

/** ui.md 3: messages of one sender closer than this form a group. */
export const GROUP_GAP_SECONDS = 5 * 60;
/** ui.md 5: this many adjacent recall lines by one actor fold into one. */
export const FOLD_FROM = 3;

interface RowBase {
  key: string;
  /** Timestamp of the day that begins here, or null. */
  day: number | null;
  /** The unread divider stands above this row. */
  unread: boolean;
}
export type FlowRow =
  | (RowBase & { kind: 'bubble'; message: MessageView; groupStart: boolean })
  | (RowBase & { kind: 'system'; message: MessageView })
  /** A recall line: pending, queued or done. */
  | (RowBase & { kind: 'recall'; message: MessageView })
  | (RowBase & { kind: 'folded'; messages: MessageView[]; actorUid: string });

export interface RowOptions {
  /** Messages of others above this message_seq are new; null = no divider. */
  unreadAfterSeq: number | null;
  /** `revoke_remind` of the channel: false hides the lines of finished recalls. */
  showRecallNotes: boolean;
  /** Keys of folds the reader has opened: the key of a fold is that of its first message. */
  unfolded: ReadonlySet<string>;
  /** Server time in ms: lines that can be edited again never fold. */
  nowMs: number;
  /** Whether the actor has a name to show: a fold names its actor. */
  knowsActor: (uid: string) => boolean;
}

export function isRecallLine(message: MessageView): boolean {
  const state = message.recall?.state;
  return state === 'pending' || state === 'queued' || state === 'done';
}

/** Whether 重新编辑 is offered for this line now. */
export function canReedit(message: MessageView, nowMs: number): boolean {
  return (
    message.recall?.state === 'done' &&
    message.recall.reeditUntilMs !== null &&
    message.recall.reeditUntilMs > nowMs
  );
}

function foldActor(message: MessageView, options: RowOptions): string | null {
  if (message.recall?.state !== 'done' || canReedit(message, options.nowMs)) return null;
  const uid = message.recall.revokerUid;
  return uid !== null && (message.recall.revokerName !== '' || options.knowsActor(uid)) ? uid : null;
}

export function buildRows(messages: readonly MessageView[], options: RowOptions): FlowRow[] {
  const rows: FlowRow[] = [];
  let day: string | null = null;
  let unreadPlaced = options.unreadAfterSeq === null;
  for (const message of messages) {
    const isNew =
      !unreadPlaced &&
      !message.own &&
      message.messageSeq > (options.unreadAfterSeq ?? 0) &&
      message.messageSeq > 0;
    const unread = isNew && (message.recall?.state !== 'done' || options.showRecallNotes);
    if (message.recall?.state === 'done' && !options.showRecallNotes) continue;
    const key = dayKey(message.timestamp);
    const newDay = key !== day;
    day = key;
    if (unread) unreadPlaced = true;
    const base: RowBase = { key: message.key, day: newDay ? message.timestamp : null, unread };
    if (isRecallLine(message)) {
      rows.push({ ...base, kind: 'recall', message });
    } else if (message.content.kind === 'system') {
      rows.push({ ...base, kind: 'system', message });
    } else {
      rows.push({ ...base, kind: 'bubble', message, groupStart: !continues(rows.at(-1), base, message) });
    }
  }
  return fold(rows, options);
}

function continues(previous: FlowRow | undefined, base: RowBase, message: MessageView): boolean {
  if (!previous || previous.kind !== 'bubble' || base.day !== null || base.unread) return false;
  const before = previous.message;
  return before.fromUid === message.fromUid && message.timestamp - before.timestamp <= GROUP_GAP_SECONDS;
}

function fold(rows: readonly FlowRow[], options: RowOptions): FlowRow[] {
  const result: FlowRow[] = [];
  let index = 0;
  while (index < rows.length) {
    const row = rows[index] as FlowRow;
    const actor = row.kind === 'recall' ? foldActor(row.message, options) : null;
    if (row.kind !== 'recall' || actor === null) {
      result.push(row);
      index += 1;
      continue;
    }
    const run: MessageView[] = [row.message];
    for (let next = rows[index + 1]; next; next = rows[index + run.length]) {
      // A date chip or the unread divider ends a run: it must stay where it belongs.
      if (next.kind !== 'recall' || next.day !== null || next.unread) break;
      if (foldActor(next.message, options) !== actor) break;
      run.push(next.message);
    }
    if (run.length >= FOLD_FROM && !options.unfolded.has(row.key)) {
      result.push({
        kind: 'folded',
        key: row.key,
        day: row.day,
        unread: row.unread,
        messages: run,
        actorUid: actor,
      });
    } else {
      for (let i = 0; i < run.length; i += 1) result.push(rows[index + i] as FlowRow);
    }
    index += run.length;
  }
  return result;
}

/** Messages a row stands for. */
export function messagesOfRow(row: FlowRow): MessageView[] {
  return row.kind === 'folded' ? row.messages : [row.message];
}
