/** Finding rows and elements of the flow. */
import { type FlowRow, messagesOfRow } from './flow-rows.ts';

/** Height in px to begin with; the row is measured once it is drawn. */
export function estimateHeight(row: FlowRow | undefined): number {
  if (!row) return 40;
  const above = (row.day === null ? 0 : 38) + (row.unread ? 38 : 0);
  if (row.kind !== 'bubble') return above + 34;
  const { content, quote } = row.message;
  const lines =
    content.kind === 'text' ? Math.ceil(content.text.length / 34) + (content.text.split('\n').length - 1) : 2;
  return above + (row.groupStart ? 32 : 3) + 14 + lines * 22 + (quote ? 51 : 0);
}

export function indexOfSeq(rows: readonly FlowRow[], seq: number): number {
  return rows.findIndex((row) => messagesOfRow(row).some((message) => message.messageSeq === seq));
}

/** message_seq of the first unread message that mentions the reader, among the loaded ones. */
export function firstUnreadMention(rows: readonly FlowRow[], readSeq: number, meUid: string): number | null {
  for (const row of rows) {
    if (row.kind !== 'bubble' || row.message.own || row.message.messageSeq <= readSeq) continue;
    const { content } = row.message;
    if (content.kind === 'text' && (content.mention.all || content.mention.uids.includes(meUid))) {
      return row.message.messageSeq;
    }
  }
  return null;
}

export function articleOf(scroller: HTMLElement | null, key: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(key)}"]`) ?? null;
}

/** What the menu must not cover. */
export function bubbleBox(article: HTMLElement): DOMRect {
  return (article.querySelector('[data-testid="bubble"]') ?? article).getBoundingClientRect();
}
