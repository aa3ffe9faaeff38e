/**
 * Collected stickers (docs/message-kinds.md): kept by the server and by nobody else. What they show is read when the
 * panel shows it, into memory only: no file here belongs to a collection (those of packs: sticker-packs.ts).
 */
import { randomBytes } from 'node:crypto';
import { isOwnFile } from '../../../shared/content/own-file.ts';
import { endingOf, isDrawn } from '../../../shared/content/sticker-words.ts';
import { nameOfStickerFrom, stickerSource } from '../../../shared/content/sticker-source.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { stickerContract, StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type Drawing, readDrawingFile } from '../drawings/drawing.ts';
import { Refused } from '../drawings/drawing-numbers.ts';
import { addQuote } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { quotedBy } from './enqueue.ts';
import { findMessage } from './take-back.ts';
import { STICKER_TYPES, uploadedType } from './uploaded-picture.ts';

const UPLOAD_TIMEOUT_MS = 60_000;
/** Types of payloads that are stickers, or pictures that move (tsdd-api.md 6.2). */
const COLLECTED: ReadonlySet<unknown> = new Set([2, 3, 12, 13]);
const GIF = 3;
const STICKER = 12;
const NOT_PLAYED: Drawing = { json: '', loopMs: 1 };

export function stickerHandlers(context: CoreContext): Handlers<typeof stickerContract> {
  const { api, composer, log, media, store } = context;
  return {
    async 'stickers.list'() {
      try {
        return { offered: true, stickers: await withoutRecalled(context, await api.stickers()) };
      } catch (error) {
        if (error instanceof CodedError && error.code === 'notCompatible')
          return { offered: false, stickers: [] };
        throw error;
      }
    },

    'stickers.art': ({ path }) => context.packs.art(requireOwn(path)),

    async 'stickers.drawing'({ channel, key }) {
      const drawing = await readDrawingFile(media.drawingFile(channel, key)).catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        log('info', `a sticker is not played: ${error.message}`);
        return NOT_PLAYED;
      });
      // (Recalled while it was read: nobody gets it.)
      media.drawingFile(channel, key);
      return drawing;
    },

    async 'stickers.add'({ channel, key }) {
      const message = findMessage(context, channel, key);
      const payload = message.recall || message.flame ? null : store.messages.payloadOf(channel, key);
      const { type, url } = payload ?? {};
      if (typeof url !== 'string' || url === '' || !COLLECTED.has(type))
        throw new CodedError('invalidState', 'this message has no sticker (any more)', 'key');
      await api.addSticker(collectedOf(requireOwn(url), payload ?? {}));
      return null;
    },

    async 'stickers.addFile'({ bytes, width, height, of }) {
      const mime = await uploadedType(bytes, STICKER_TYPES);
      const random = randomBytes(16).toString('hex');
      const name = of ? nameOfStickerFrom(requireImage(context, of), random) : random;
      const path = await api.uploadFile({
        folder: 'sticker',
        channel: { channelId: context.me().uid, channelType: 1 },
        name,
        extension: mime === 'image/jpeg' ? 'jpg' : mime.slice('image/'.length),
        mime,
        size: bytes.length,
        content: (async function* () {
          yield bytes;
        })(),
        signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
        onProgress: () => undefined,
      });
      try {
        // (Recalled while it was on its way: it has no place.)
        if (of) requireImage(context, of);
        await api.addSticker({ path, width, height });
      } catch (error) {
        media.discardUpload(path);
        throw error;
      }
      if (!of) return null;
      try {
        requireImage(context, of);
      } catch (error) {
        await api.removeSticker(path);
        throw error;
      }
      return null;
    },

    async 'stickers.remove'({ path }) {
      await api.removeSticker(path);
      return null;
    },

    async 'stickers.send'({ channel, sticker, replyToMessageId }) {
      requireWritable(context);
      const payload = stickerPayload({ ...sticker, path: requireOwn(sticker.path) });
      addQuote(payload, quotedBy(context, channel, replyToMessageId));
      return findMessage(context, channel, await composer.add({ channel, payload }));
    },
  };
}

/**
 * Of a message, as its address and never as its bytes: what this client may play of a drawing is not what phones do. Of
 * a picture no more than that.
 */
function collectedOf(path: string, { width, height, ...payload }: Record<string, unknown>): StickerView {
  const sticker = { path, width: side(width), height: side(height) };
  const { category, placeholder } = payload;
  const format = isDrawn(payload['format'], path) ? payload['format'] : undefined;
  if (!isDrawn(format, path)) return sticker;
  return {
    ...sticker,
    ...(typeof format === 'string' && { format }),
    ...(typeof category === 'string' && category.length <= 100 && { category }),
    ...(typeof placeholder === 'string' && placeholder.length <= 20_000 && { placeholder }),
  };
}

/**
 * As TSDD's phones send it (tsdd-api.md 6.3): what is drawn or of a pack as a sticker (12), another picture that was
 * collected as a GIF of type 3, whatever its format.
 */
function stickerPayload({ path, ...sticker }: StickerView): Record<string, unknown> {
  const { category = '', placeholder = '', title = '' } = sticker;
  const { format = endingOf(path) || 'gif' } = sticker;
  if (category !== '' || isDrawn(format, path))
    return { type: STICKER, url: path, category, placeholder, format };
  const size = { width: side(sticker.width), height: side(sticker.height) };
  return { type: GIF, url: path, ...size, category, title, placeholder, format };
}

/** Id of the message with this image. @throws CodedError when there is none (any more), or it burns. */
function requireImage(context: CoreContext, { channel, key }: { channel: ChannelRef; key: string }): string {
  const { content, flame, messageId, recall } = findMessage(context, channel, key);
  const isStanding = recall === null || recall.state === 'denied';
  if (content.kind !== 'image' || messageId === null || flame || !isStanding)
    throw new CodedError('invalidState', 'this message has no image (any more)', 'key');
  return messageId;
}

/**
 * Without those that were made of messages which are recalled, or are being recalled, by now. The first leave the
 * server, too: one that does not do that itself keeps them until then.
 */
async function withoutRecalled(
  { api, log, store }: CoreContext,
  stickers: readonly StickerView[],
): Promise<StickerView[]> {
  const sources = new Map(stickers.map(({ path }) => [path, stickerSource(path)]));
  const ids = new Set([...sources.values()].filter((id) => id !== null));
  if (ids.size === 0) return [...stickers];
  const recalled = store.messages.recalledOf(ids);
  const asked = new Set(store.outbox.recallJobs().map(({ messageId }) => messageId));
  const left: StickerView[] = [];
  for (const sticker of stickers) {
    const source = sources.get(sticker.path) ?? '';
    if (recalled.has(source))
      await api
        .removeSticker(sticker.path)
        .catch(() => log('info', 'a sticker of a recalled picture could not be removed yet'));
    else if (!asked.has(source)) left.push(sticker);
  }
  return left;
}

const side = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= 100_000 ? Math.round(value) : 0;

/** Whoever looks at a collection tells nobody but the own server. */
function requireOwn(path: string): string {
  if (isOwnFile(path)) return path;
  throw new CodedError('refused', 'this picture lies at another host', 'host');
}
