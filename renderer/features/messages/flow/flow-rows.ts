/**
 * Turns the loaded messages into the rows of the flow: groups, date chips, the unread divider, and folded recall
 * lines. Pure. A row is keyed by its message, so that it keeps its place and focus when the message becomes a
 * placeholder; chips and divider belong to the row they stand above, so that loading older messages never removes
 * the row a reader is looking at.
 */
import type { MessageView } from '../../../../shared/domain.ts';
import { isOwnDeed, type Self } from '../../../../shared/strings/worded-system-line.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import { type FlowRow, type RowBase, rowId } from '../row/flow-row.ts';
import { type AlbumRun, albumRuns } from './album-runs.ts';
import { dayKey } from './day-key.ts';
import { estimateAlbum, estimateBody } from './body-height.ts';

/** ui.md 3: messages of one sender closer than this form a group. */
export const GROUP_GAP_SECONDS = 5 * 60;
/** ui.md 5: this many adjacent recall lines by one actor fold into one. */
export const FOLD_FROM = 3;

export interface RowOptions {
  me: Self;
  /** Messages of others above this message_seq are new; null = no divider. */
  unreadAfterSeq: number | null;
  /** Older messages are not loaded, the first new one perhaps among them: only after one that was read it is known. */
  cutOff?: boolean;
  /** `revoke_remind` of the channel: false hides the lines of finished recalls. */
  showRecallNotes: boolean;
  /** Keys of folds the reader has opened: the key of a fold is that of its first message. */
  unfolded: ReadonlySet<string>;
  /** Server time in ms: lines that can be edited again never fold. */
  nowMs: number;
  /** Whether the actor has a name to show: a fold names its actor. */
  knowsActor: (uid: string) => boolean;
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

/** A row, and who recalled its message if the line may fold. */
interface Built {
  row: FlowRow;
  actor: string | null;
}

export function buildRows(messages: Iterable<MessageView>, options: RowOptions): FlowRow[] {
  const built: Built[] = [];
  let day: string | null = null;
  let unreadPlaced = options.unreadAfterSeq === null;
  let unreadKnown = options.cutOff !== true;
  /** The message of the bubble right above, if it is one. */
  let above: MessageView | null = null;
  const isNew = (message: MessageView): boolean =>
    !unreadPlaced &&
    unreadKnown &&
    message.messageSeq > (options.unreadAfterSeq ?? 0) &&
    message.messageSeq > 0 &&
    !isMine(message, options.me);
  /** `of`: the messages that the row stands for, with what stands right under it. */
  const baseOf = ({ key, messageSeq, timestamp }: MessageView, of: readonly MessageView[]): RowBase => {
    const today = dayKey(timestamp);
    const newDay = today !== day;
    day = today;
    const unread = of.some(isNew);
    if (unread) unreadPlaced = true;
    if (messageSeq > 0 && messageSeq <= (options.unreadAfterSeq ?? 0)) unreadKnown = true;
    return { key, messageSeq, day: newDay ? timestamp : null, unread };
  };
  const pushNote = (message: MessageView): void => {
    const row: FlowRow = { ...baseOf(message, [message]), kind: 'recall' };
    built.push({ row, actor: foldActor(message, options) });
    above = null;
  };
  const starts = ({ day: newDay, unread }: RowBase, message: MessageView): boolean =>
    newDay !== null || unread || !continues(above, message);
  const pushMessage = (message: MessageView): void => {
    if (isRecalled(message)) {
      pushNote(message);
      return;
    }
    const base = baseOf(message, [message]);
    if (message.content.kind === 'system') {
      built.push({ row: { ...base, kind: 'system' }, actor: null });
      above = null;
      return;
    }
    const { own } = message;
    const mentionsMe = !own && mentions(message, options.me.uid);
    const groupStart = starts(base, message);
    const bodyHeight = estimateBody(message);
    built.push({ row: { ...base, kind: 'bubble', groupStart, own, mentionsMe, bodyHeight }, actor: null });
    above = message;
  };
  const pushAlbum = ({ id, tiles, notes }: AlbumRun): void => {
    const [first] = tiles;
    if (!first) return;
    const base = baseOf(first, [...tiles, ...notes]);
    const row: FlowRow = {
      ...base,
      kind: 'album',
      id,
      groupStart: starts(base, first),
      own: first.own,
      messages: tiles.map(({ key, messageSeq }) => ({ key, messageSeq })),
      bodyHeight: estimateAlbum(tiles),
    };
    built.push({ row, actor: null });
    above = tiles.at(-1) ?? null;
    for (const note of notes) pushNote(note);
  };
  for (const one of albumRuns(shown(messages, options)))
    if ('tiles' in one) pushAlbum(one);
    else pushMessage(one);
  return fold(built, options);
}

/** `revoke_remind` off hides the lines of finished recalls. */
function* shown(messages: Iterable<MessageView>, options: RowOptions): Generator<MessageView> {
  for (const message of messages)
    if (message.recall?.state !== 'done' || options.showRecallNotes) yield message;
}

function mentions({ content }: MessageView, uid: string): boolean {
  return content.kind === 'text' && (content.mention.all || content.mention.uids.includes(uid));
}

/** Also what the server says of something that I did: it is no news to me. */
const isMine = ({ own, content }: MessageView, me: Self): boolean =>
  own || (content.kind === 'system' && isOwnDeed(content.parts, me));

function continues(above: MessageView | null, message: MessageView): boolean {
  return (
    above !== null &&
    above.fromUid === message.fromUid &&
    message.timestamp - above.timestamp <= GROUP_GAP_SECONDS
  );
}

function fold(built: readonly Built[], options: RowOptions): FlowRow[] {
  const result: FlowRow[] = [];
  let index = 0;
  while (index < built.length) {
    const { row, actor } = built[index] as Built;
    if (actor === null) {
      result.push(row);
      index += 1;
      continue;
    }
    const run: FlowRow[] = [row];
    for (let next = built[index + 1]; next; next = built[index + run.length]) {
      // A date chip or the unread divider ends a run: it must stay where it belongs.
      if (next.row.day !== null || next.row.unread || next.actor !== actor) break;
      run.push(next.row);
    }
    if (run.length >= FOLD_FROM && !options.unfolded.has(row.key)) {
      const { key, messageSeq, day, unread } = row;
      const messages = run.map((line) => ({ key: line.key, messageSeq: line.messageSeq }));
      result.push({ kind: 'folded', key, messageSeq, day, unread, messages, actorUid: actor });
    } else result.push(...run);
    index += run.length;
  }
  return result;
}

/**
 * `next`, with the rows of `before` wherever they say the same; `before` itself if all do. A row that keeps its
 * identity is not drawn again.
 */
export function shareRows(before: readonly FlowRow[], next: readonly FlowRow[]): readonly FlowRow[] {
  const known = new Map(before.map((row) => [rowId(row), row]));
  const shared = next.map((row) => {
    const old = known.get(rowId(row));
    return old && sameRow(old, row) ? old : row;
  });
  return shared.length === before.length && shared.every((row, index) => row === before[index])
    ? before
    : shared;
}

function sameRow(a: FlowRow, b: FlowRow): boolean {
  if ((a.kind === 'folded' && b.kind === 'folded') || (a.kind === 'album' && b.kind === 'album')) {
    const same = a.messages.length === b.messages.length;
    return same && a.messages.every(({ key }, index) => key === b.messages[index]?.key) && sameFields(a, b);
  }
  return sameFields(a, b);
}

/** All fields but lists. */
function sameFields(a: FlowRow, b: FlowRow): boolean {
  const left = Object.entries(a);
  const right: Record<string, unknown> = { ...b };
  return (
    left.length === Object.keys(right).length &&
    left.every(([field, value]) => Array.isArray(value) || Object.is(value, right[field]))
  );
}
