/**
 * Collected stickers (docs/message-kinds.md): kept by the server and by nobody else. Pictures are read when the panel
 * shows them, into memory only: no file here belongs to a collection.
 */
import { randomBytes } from 'node:crypto';
import { isOwnFile } from '../../../shared/content/own-file.ts';
import { nameOfStickerFrom, stickerSource } from '../../../shared/content/sticker-source.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import { MAX_STICKER_BYTES } from '../../../shared/ipc/contract/limits.ts';
import type { stickerContract, StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { type Drawing, readDrawingFile } from '../drawings/drawing.ts';
import { Refused } from '../drawings/drawing-numbers.ts';
import { addQuote } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { quotedBy } from './enqueue.ts';
import { findMessage } from './take-back.ts';
import { STICKER_TYPES, uploadedType } from './uploaded-picture.ts';

const TIMEOUT_MS = 20_000;
const UPLOAD_TIMEOUT_MS = 60_000;
/** Types of payloads that are stickers, or pictures that move (tsdd-api.md 6.2). */
const COLLECTED: ReadonlySet<unknown> = new Set([2, 3, 12, 13]);
const GIF = 3;
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

    'stickers.picture': async ({ path }) => pictureOf(context, requireOwn(path)),

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
      const { type, url, width, height } = payload ?? {};
      if (typeof url !== 'string' || url === '' || !COLLECTED.has(type))
        throw new CodedError('invalidState', 'this message has no sticker (any more)', 'key');
      await api.addSticker({ path: requireOwn(url), width: side(width), height: side(height) });
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

/** As TSDD's phones send what was collected: a GIF of type 3, whatever its format. */
const stickerPayload = ({ path, width, height }: StickerView): Record<string, unknown> => ({
  type: GIF,
  url: path,
  width: side(width),
  height: side(height),
  category: '',
  title: '',
  placeholder: '',
  format: /\.(\w{1,5})$/.exec(path)?.[1] ?? 'gif',
});

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

async function pictureOf({ api, log }: CoreContext, url: string): Promise<{ url: string; loopMs?: number }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const chunks: Uint8Array[] = [];
  try {
    const { body } = await api.downloadFile({
      url,
      offset: 0,
      validator: null,
      maxBytes: MAX_STICKER_BYTES,
      signal,
    });
    for await (const chunk of body) chunks.push(chunk);
  } catch {
    log('info', 'the picture of a sticker could not be had');
    return { url: '' };
  }
  const bytes = Buffer.concat(chunks);
  const header = await pictureHeaderOf(async (offset, length) => bytes.subarray(offset, offset + length));
  if (!header?.showable) return { url: '' };
  const { loopMs, type } = header;
  return {
    url: `data:${type.mime};base64,${bytes.toString('base64')}`,
    ...(loopMs !== undefined && { loopMs }),
  };
}
