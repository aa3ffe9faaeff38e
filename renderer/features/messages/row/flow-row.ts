/**
 * A row of the flow. It names its message and holds nothing of what it says: whatever keeps rows for a while (React's
 * previous tree, callbacks) keeps no content with them.
 */
import type { MessageView } from '../../../../shared/domain.ts';

/** A message by reference. */
export interface RowMessage {
  key: string;
  messageSeq: number;
}

export interface RowBase extends RowMessage {
  /** Timestamp of the day that begins here, or null. */
  day: number | null;
  /** The unread divider stands above this row. */
  unread: boolean;
}
export type FlowRow =
  | (RowBase & {
      kind: 'bubble';
      groupStart: boolean;
      own: boolean;
      mentionsMe: boolean;
      /** Height of the bubble in px until it is drawn. */
      bodyHeight: number;
    })
  /** Images and videos of one sending. Key and message_seq are its first's; `id` is the same when that one goes. */
  | (RowBase & {
      kind: 'album';
      id: string;
      groupStart: boolean;
      own: boolean;
      messages: readonly RowMessage[];
      bodyHeight: number;
    })
  | (RowBase & { kind: 'system' })
  /** A recall line: pending, queued or done. */
  | (RowBase & { kind: 'recall' })
  /** Key and message_seq are those of its first message. */
  | (RowBase & { kind: 'folded'; messages: readonly RowMessage[]; actorUid: string });

/** Messages a row stands for. */
export function messagesOfRow(row: FlowRow): readonly RowMessage[] {
  return row.kind === 'folded' || row.kind === 'album' ? row.messages : [row];
}

/** What a row is drawn and measured by. */
export const rowId = (row: FlowRow): string => (row.kind === 'album' ? row.id : row.key);

/** It can be drawn as a part of an album. */
export const isTile = ({ content }: MessageView): boolean =>
  content.kind === 'image' || content.kind === 'video';

/** Keys that the arrows stop at: a row, or each tile of an album. */
export const stopsOfRow = (row: FlowRow): readonly string[] =>
  row.kind === 'album' ? row.messages.map(({ key }) => key) : [row.key];
