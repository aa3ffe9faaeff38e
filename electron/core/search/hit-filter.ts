/** What a message has to be to be found, as SQL over `message m`, and the order of what is found. */
import type { SearchKind, SearchQuery } from '../../../shared/ipc/contract/search.ts';

/** Values of the filters; null = not set. Times are Unix seconds, inclusive / exclusive. */
export interface FilterArgs extends Pick<SearchQuery, 'fromUid' | 'since' | 'until'> {
  kind: SearchKind | null;
  channelNo: number | null;
}

export const IS_MEDIA = 'm.type IN (2, 3, 5)';
export const IS_FILE = 'm.type = 8';
export const IS_TEXT = 'm.type = 1';
export const IS_LINK = `(m.type = 1 AND (m.search_text LIKE '%http://%' OR m.search_text LIKE '%https://%'
  OR m.search_text LIKE '%www.%'))`;

/** Never what burns after reading, nor what is recalled. */
export const FITS = `m.shown = 1 AND m.recalled = 0 AND m.flame IS NULL
  AND (@channelNo IS NULL OR m.channel_no = @channelNo)
  AND (@fromUid IS NULL OR m.from_uid = @fromUid)
  AND (@kind IS NULL OR CASE @kind WHEN 'text' THEN ${IS_TEXT} WHEN 'media' THEN ${IS_MEDIA}
    WHEN 'file' THEN ${IS_FILE} ELSE ${IS_LINK} END)
  AND (@since IS NULL OR m.timestamp >= @since) AND (@until IS NULL OR m.timestamp < @until)`;

/** Of a page that goes on where another ended: below this time and message id. */
export interface PlaceArgs {
  beforeTime: number;
  beforeId: string;
}
export const BELOW_PLACE = `(m.timestamp < @beforeTime OR (m.timestamp = @beforeTime
  AND CAST(m.message_id AS INTEGER) < CAST(@beforeId AS INTEGER)))`;
export const NEWEST_FIRST = 'ORDER BY m.timestamp DESC, CAST(m.message_id AS INTEGER) DESC';
/** The same order, of rows that were found in several places. */
export const newestFirst = (a: Placed, b: Placed): number =>
  b.timestamp - a.timestamp || Number(BigInt(b.message_id) - BigInt(a.message_id));
type Placed = Readonly<{ timestamp: number; message_id: string }>;

/** Rows that the index of images, videos and files has (migration cache-013), whose condition has to stand there. */
export const LISTED_MEDIA = 'message m INDEXED BY message_media WHERE m.type IN (2, 3, 5, 8)';

/** What is being recalled is withheld from every view, and so from what they count. */
export const NOT_BEING_RECALLED =
  'NOT EXISTS (SELECT 1 FROM outbox.recall_job r WHERE r.message_id = m.message_id)';
