import { pieces } from '../text/highlight.ts';

/** Text with its hits in <mark>. */
export function MarkedText({
  text,
  ranges,
}: {
  text: string;
  ranges: readonly (readonly [number, number])[];
}) {
  return (
    <bdi>
      {pieces(text, ranges).map((piece, index) =>
        // Pieces of one text never move.
        piece.hit ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
      )}
    </bdi>
  );
}
