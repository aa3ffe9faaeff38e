/** Stickers that the account collected to send them again, kept by its server. */
import { z } from 'zod';
import { ChannelRef, MessageView } from '../../domain.ts';
import { Done, Nothing, OneMessage } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_STICKER_BYTES } from './limits.ts';

/** Names it: as the server's list and messages have it. */
const StickerPath = z.string().min(1).max(2_000);

/** As the server has it: what is sent on is what phones play, byte for byte (docs/message-kinds.md). */
export const StickerView = z.object({
  path: StickerPath,
  width: z.number(),
  height: z.number(),
  /** `lim`, `gif`, `png` …; missing: as the path ends. */
  format: z.string().max(20).exactOptional(),
  /** The pack it is of. */
  category: z.string().max(100).exactOptional(),
  /** Its name, `''` never. */
  title: z.string().max(100).exactOptional(),
  /** Words of a phone's keyboard, or the outline of a drawing. */
  placeholder: z.string().max(20_000).exactOptional(),
});
export type StickerView = z.infer<typeof StickerView>;

/**
 * `url`: `data:` address of a picture, 1 MiB at most; `json`: of a drawing, what a player is given, written anew from
 * what may be in one. Neither: it is gone, too large or nothing that is shown. `loopMs`: one run of what moves.
 */
export const StickerArt = z.object({
  url: z.string(),
  json: z.string().exactOptional(),
  loopMs: z.number().positive().exactOptional(),
});
export type StickerArt = z.infer<typeof StickerArt>;

export const stickerContract = {
  /** The newest first, 300 at most. `offered`: the server has collections at all. */
  'stickers.list': query(Nothing, z.object({ offered: z.boolean(), stickers: z.array(StickerView) })),
  /** Of a collected one, of a pack, or the cover of one. Those of own packs are kept on this computer. */
  'stickers.art': query(z.object({ path: StickerPath }), StickerArt),
  /**
   * Of a message whose `media.load` says `drawn`: what a player is given, written anew from what may be in one, and ms
   * of a run. '' = it is none that is played. Fails with `invalidState` once it is recalled.
   */
  'stickers.drawing': query(OneMessage, z.object({ json: z.string(), loopMs: z.number().positive() })),
  /**
   * Of a message with a sticker or a picture at the own server, under the name it has. Fails with `refused`,
   * `notFound`, `invalidState`.
   */
  'stickers.add': call(OneMessage, Done),
  /**
   * Uploads a picture (PNG, JPEG, GIF, WebP) and puts it into the collection. `of`: the message whose image it was made
   * of, with whose recall it goes. Fails with `badArgument` for what is none, `refused` when the server takes no more,
   * `notFound` and `invalidState` when that message has no image (any more).
   */
  'stickers.addFile': call(
    z.object({
      bytes: z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_STICKER_BYTES, {
          error: `a sticker has 1 to ${MAX_STICKER_BYTES} bytes`,
        }),
      width: z.int().min(1).max(100_000),
      height: z.int().min(1).max(100_000),
      of: OneMessage.exactOptional(),
    }),
    Done,
  ),
  'stickers.remove': call(z.object({ path: StickerPath }), Done),
  /** Stored in the outbox before this answers. */
  'stickers.send': call(
    z.object({
      channel: ChannelRef,
      sticker: StickerView,
      replyToMessageId: z.string().nullable(),
    }),
    MessageView,
  ),
} as const;
