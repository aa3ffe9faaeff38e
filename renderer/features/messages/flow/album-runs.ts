/**
 * Which messages stand together: images and videos of one sending that follow one another, with the lines in place of
 * those that were recalled. Pure.
 */
import { ALBUM_SIZE } from '../../../../shared/content/album.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import { isTile } from '../row/flow-row.ts';
import { dayKey } from './day-key.ts';

export interface AlbumRun {
  /** The same while its messages change. */
  id: string;
  /** What is drawn; never empty. */
  tiles: MessageView[];
  /** Recalled, or asked to be: lines of their own under the tiles. */
  notes: MessageView[];
}

/** The messages in their order, those of an album as one run. More than nine of one key are the next album. */
export function* albumRuns(messages: Iterable<MessageView>): Generator<MessageView | AlbumRun> {
  const seen = new Map<number, number>();
  let run: MessageView[] = [];
  function* end(): Generator<MessageView | AlbumRun> {
    const [first] = run;
    const tiles = run.filter((message) => !isRecalled(message));
    if (first?.album === undefined || tiles.length === 0) yield* run;
    else {
      const nth = seen.get(first.album) ?? 0;
      seen.set(first.album, nth + 1);
      yield { id: `album:${first.album}:${nth}`, tiles, notes: run.filter(isRecalled) };
    }
    run = [];
  }
  for (const message of messages) {
    if (!goesOn(run, message)) yield* end();
    if (message.album === undefined || !isPart(message)) yield message;
    else run.push(message);
  }
  yield* end();
}

const isPart = (message: MessageView): boolean => isTile(message) || isRecalled(message);

function goesOn(run: readonly MessageView[], message: MessageView): boolean {
  const last = run.at(-1);
  return (
    last !== undefined &&
    run.length < ALBUM_SIZE &&
    message.album === last.album &&
    message.fromUid === last.fromUid &&
    isPart(message) &&
    // What it quotes stands above the tiles: only the first has room for that.
    message.quote === null &&
    dayKey(message.timestamp) === dayKey(last.timestamp)
  );
}
