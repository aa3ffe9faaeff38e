/**
 * Payloads this client puts on the wire (tsdd-api.md 6.2). `type` is always a number, `reply.message_id` a string,
 * `mention.all` a number: other types break TSDD's servers and clients for the whole channel.
 */
import { randomBytes } from 'node:crypto';
import { ALBUM_KEY, ALBUM_SIZE, albumKeyOf } from '../../../shared/content/album.ts';
import { entriesOf, isForward, withoutEntries } from '../../../shared/content/merged-forward.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { isCameraName } from '../media/camera-name.ts';
import { extensionOf } from '../media/file-kind.ts';
import { draftFileKind } from '../store/tables/outbox/draft-files.ts';
import type { StagedFile } from '../media/staging.ts';
import { type Mention, PayloadType } from '../../../shared/content/message-content.ts';

type Payload = Record<string, unknown>;

export interface Quoted {
  quotable: MessageView;
  quotedPayload: Payload;
}

export function textPayload(text: string, mention: Mention, quoted: Quoted | null): Payload {
  const payload: Payload = { type: PayloadType.text, content: text };
  addMention(payload, mention);
  addQuote(payload, quoted);
  return payload;
}

function addMention(payload: Payload, mention: Mention): void {
  if (!mention.all && mention.uids.length === 0) return;
  payload['mention'] = {
    ...(mention.all ? { all: 1 } : {}),
    ...(mention.uids.length > 0 ? { uids: [...new Set(mention.uids)] } : {}),
  };
}

/** Whether two lists mention the same people. */
export function sameMentions(one: Mention, other: Mention): boolean {
  const uids = new Set(one.uids);
  const others = new Set(other.uids);
  return one.all === other.all && uids.size === others.size && [...others].every((uid) => uids.has(uid));
}

/**
 * The whole payload of an edited text: other words, and exactly the mentions they have. `entities` are places in the
 * old words.
 */
export function editedPayload(before: Payload, text: string, mention: Mention): Payload {
  const { mention: _mention, entities: _entities, ...rest } = before;
  const payload: Payload = { ...rest, type: PayloadType.text, content: text };
  addMention(payload, mention);
  return payload;
}

/** Without `url`, and `cover` of a video, which the upload adds. */
export function attachmentPayload(
  { attachment, name }: StagedFile,
  about: { width: number; height: number; seconds?: number } = { width: 0, height: 0 },
  quoted: Quoted | null = null,
): Payload {
  const payload = unquoted(attachment, name, about);
  addQuote(payload, quoted);
  return payload;
}

function unquoted(
  { mime, size }: StagedFile['attachment'],
  name: string,
  { width, height, seconds = 0 }: { width: number; height: number; seconds?: number },
): Payload {
  const named = isGivenName(name) ? { name } : {};
  const kind = draftFileKind(mime);
  if (kind === 'file') return { type: PayloadType.file, url: '', name, size, extension: extensionOf(name) };
  if (kind === 'image') return { type: PayloadType.image, url: '', width, height, ...named };
  // TSDD's phones take whole seconds, and draw no time for none.
  const second = Math.max(1, Math.round(seconds));
  return { type: PayloadType.video, url: '', cover: '', size, width, height, second, ...named };
}

/** Images and videos that are sent together and stand together are an album, nine at most; one alone is none. */
export function asAlbums(payloads: readonly Payload[]): Payload[] {
  const result = [...payloads];
  for (let from = 0; from < result.length;) {
    let to = from;
    while (to < result.length && to - from < ALBUM_SIZE && ALBUM_PARTS.has(result[to]?.['type'])) to += 1;
    if (to - from > 1) {
      const album = { [ALBUM_KEY]: newAlbum() };
      for (let at = from; at < to; at += 1) result[at] = { ...result[at], ...album };
    }
    from = Math.max(to, from + 1);
  }
  return result;
}

/** What this client makes albums of. */
const ALBUM_PARTS: ReadonlySet<unknown> = new Set([PayloadType.image, PayloadType.video]);

const newAlbum = (): string => randomBytes(16).toString('hex');

/** Copies for one chat, each with the payload it is of: what was an album is one there, if more than one goes. */
export function albumsOfCopies(copies: readonly { original: Payload; copy: Payload }[]): Payload[] {
  const counts = new Map<string, number>();
  for (const { original } of copies) {
    const key = albumKeyOf(original);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const fresh = new Map([...counts].flatMap(([key, n]) => (n > 1 ? [[key, newAlbum()] as const] : [])));
  return copies.map(({ original, copy }) => {
    const album = fresh.get(albumKeyOf(original) ?? '');
    return album === undefined ? copy : { ...copy, [ALBUM_KEY]: album };
  });
}

/** What Chromium calls a picture that was pasted is no name; what a camera calls one says when it was taken. */
const isGivenName = (name: string): boolean =>
  name !== '' && !/^image\.(png|jpg)$/.test(name) && !isCameraName(name);

export function addQuote(payload: Payload, quoted: Quoted | null): void {
  if (quoted?.quotable.messageId) {
    const { quotable, quotedPayload } = quoted;
    payload['reply'] = {
      message_id: quotable.messageId,
      message_seq: quotable.messageSeq,
      from_uid: quotable.fromUid,
      from_name: quotable.fromName,
      // Other clients show this copy; the quote's own quote and mentions are none of their business.
      payload: copyForForward(quotedPayload) ?? { type: PayloadType.text, content: '' },
    };
  }
}

/** Keys that belong to the original's conversation, not to its content. */
const NOT_COPIED = new Set([
  'reply',
  'mention',
  'visibles',
  'invisibles',
  'robot_id',
  'flame',
  'flame_second',
  'left_out',
  ALBUM_KEY,
]);

/**
 * The payload as a message of its own; null for what cannot be sent on (system lines, commands, no type, a forward of
 * which nothing is left).
 */
export function copyForForward(payload: Payload): Payload | null {
  const { type } = payload;
  if (typeof type !== 'number' || !Number.isInteger(type) || type < 1) return null;
  if (type === PayloadType.cmd || type === 97 || type === 98) return null;
  if (type >= PayloadType.systemFirst) return null;
  const copy = Object.fromEntries(Object.entries(payload).filter(([key]) => !NOT_COPIED.has(key)));
  if (!isForward(copy)) return copy;
  // Nothing of what was recalled goes on, and no remark about what is not here.
  const left = withoutEntries(copy, new Set());
  return entriesOf(left).length === 0 ? null : left;
}
