/** Finding rows and elements of the flow. */
import { type FlowRow, messagesOfRow, stopsOfRow } from '../row/flow-row.ts';

export function indexOfSeq(rows: readonly FlowRow[], seq: number): number {
  return rows.findIndex((row) => messagesOfRow(row).some(({ messageSeq }) => messageSeq === seq));
}

/** Key of what is focused of a row that has this message: the image of an album, else the row. */
export function keyAtSeq(row: FlowRow | undefined, seq: number): string {
  const tile = row?.kind === 'album' ? row.messages.find(({ messageSeq }) => messageSeq === seq) : undefined;
  return tile?.key ?? row?.key ?? '';
}

/** Key of the last thing that the arrows stop at in a row. */
export const lastKeyOf = (row: FlowRow): string => stopsOfRow(row).at(-1) ?? row.key;

/** Row of a message, or of the next one that is there; the last row when there is none. */
export function indexNextTo(rows: readonly FlowRow[], seq: number): number {
  const index = rows.findIndex((row) => messagesOfRow(row).some(({ messageSeq }) => messageSeq >= seq));
  return index < 0 ? rows.length - 1 : index;
}

/** message_seq of the first unread message that mentions the reader, among the loaded ones. */
export function firstUnreadMention(rows: readonly FlowRow[], readSeq: number): number | null {
  const row = rows.find((entry) => entry.kind === 'bubble' && entry.mentionsMe && entry.messageSeq > readSeq);
  return row?.messageSeq ?? null;
}

export function articleOf(scroller: HTMLElement | null, key: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(key)}"]`) ?? null;
}

/** What the menu must not cover. */
export function bubbleBox(article: HTMLElement): DOMRect {
  return (article.querySelector('[data-testid="bubble"]') ?? article).getBoundingClientRect();
}
