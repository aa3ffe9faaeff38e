import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { call } from '../../../state/bridge.ts';
import { useConversation } from '../../../state/session/session-store.ts';
import { type FlowRow, messagesOfRow } from '../row/flow-row.ts';
import { articleOf, indexOfSeq, keyAtSeq } from './flow-lookup.ts';
import { useReaderThere } from './use-reader-there.ts';

const NONE: readonly number[] = [];

/**
 * New reactions to own messages of the open chat (docs/reactions.md): those whose chips somebody sees count as seen, of
 * the others message_seq is answered, ascending. `inView`: indexes of the rows that are seen; null = not placed yet.
 * The last of them may be cut off, and its chips with it, but `atEnd`.
 */
export function useNewReactions(
  channel: ChannelRef,
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly FlowRow[],
  inView: { startIndex: number; endIndex: number } | null,
  atEnd: boolean,
): readonly number[] {
  const fresh = useConversation(channelKey(channel))?.newReactions ?? NONE;
  useSeen(channel, scroller, rows, inView ? fresh : NONE);
  return useMemo(() => {
    if (fresh.length === 0 || !inView) return NONE;
    const seen = rows.slice(inView.startIndex, inView.endIndex + Number(atEnd)).flatMap(messagesOfRow);
    return fresh.filter((seq) => !seen.some(({ messageSeq }) => messageSeq === seq));
  }, [fresh, rows, inView, atEnd]);
}

function useSeen(
  channel: ChannelRef,
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly FlowRow[],
  fresh: readonly number[],
): void {
  const readerThere = useReaderThere();
  const { channelId, channelType } = channel;
  /** Told, and not answered yet: a message stays in the list until the answer is drawn. */
  const told = useRef(new Set<number>());
  // With each drawing: which rows are in the document changes with it.
  useEffect(() => {
    const element = scroller.current;
    if (!element || !readerThere || fresh.length === 0) return undefined;
    const seqs = new Map<Element, number>();
    const observer = new IntersectionObserver(
      (entries) => {
        const messageSeqs = entries
          .filter(({ isIntersecting }) => isIntersecting)
          .flatMap(({ target }) => seqs.get(target) ?? [])
          .filter((seq) => !told.current.has(seq));
        if (messageSeqs.length === 0) return;
        for (const seq of messageSeqs) told.current.add(seq);
        call('messages.sawReactions', { channel: { channelId, channelType }, messageSeqs })
          // Logged by `call`; told again with the next drawing.
          .catch(() => undefined)
          .finally(() => {
            for (const seq of messageSeqs) told.current.delete(seq);
          });
      },
      { root: element, threshold: 0.5 },
    );
    for (const seq of fresh) {
      const row = rows[indexOfSeq(rows, seq)];
      const article = row && articleOf(element, keyAtSeq(row, seq));
      if (!article) continue;
      // Of a tall message only its end says it.
      const chips = article.querySelector('[data-testid="reactions"]') ?? article;
      seqs.set(chips, seq);
      observer.observe(chips);
    }
    return () => observer.disconnect();
  });
}
