/** Images and files: staged and sent, loaded and shown. */
import { z } from 'zod';
import { LONGEST_FILM_SECONDS } from '../../content/film-time.ts';
import { ChannelRef, DraftFileKind, MessageView } from '../../domain.ts';
import { Mention } from '../../content/message-content.ts';
import { ChannelOnly, Done, Nothing, OneMessage } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENT_PIECE_BYTES, MAX_TEXT_LENGTH } from './limits.ts';

export const AttachmentItem = z.object({
  attachmentId: z.string().max(64),
  kind: DraftFileKind,
  /** Pixels; 0 for files. */
  width: z.int().min(0).max(100_000),
  height: z.int().min(0).max(100_000),
  /** Of a video, which has both: how long it is, and the picture of it that was staged before. */
  seconds: z.number().min(0).max(LONGEST_FILM_SECONDS).exactOptional(),
  coverId: z.string().max(64).exactOptional(),
  /** A file of the chat's draft that this one is kept, or sent, in the place of: it goes in the same transaction. */
  insteadOf: z.string().max(64).exactOptional(),
});
export type AttachmentItem = z.infer<typeof AttachmentItem>;

/** An image, a video or a file of a draft. `url`: for `<img>`, '' for a file. */
const DraftAttachment = z.object({
  id: z.string(),
  name: z.string(),
  /** Bytes. */
  size: z.int(),
  kind: DraftFileKind,
  width: z.int(),
  height: z.int(),
  /** Of a video. */
  seconds: z.number().exactOptional(),
  url: z.string(),
});
export type DraftAttachment = z.infer<typeof DraftAttachment>;

export const Loaded = z.object({
  /** For `<img src>`; '' for a file, and for a picture that is not shown. */
  url: z.string(),
  bytes: z.int(),
  /** A picture that moves: ms of one run. */
  loopMs: z.number().positive().exactOptional(),
  /** It is here and is a drawing: `stickers.drawing` says what of. */
  drawn: z.literal(true).exactOptional(),
  /** It is not here: it is at this host, which would learn who reads it, and was not asked for. */
  host: z.string().exactOptional(),
  /** It is not here: by the rules of this computer it is loaded when somebody asks for it. */
  held: z.literal(true).exactOptional(),
  /** Of a video, whose cover `url` is: it can be played at once. */
  film: z.literal(true).exactOptional(),
  /** A file that no program is started for, of its kind or because it is one: it can be saved. */
  onlySaved: z.literal(true).exactOptional(),
  /** It is here and is not shown: too many pixels (px it would have), or none this program can decode. */
  hidden: z
    .object({ why: z.enum(['tooLarge', 'unknown']), width: z.number(), height: z.number() })
    .exactOptional(),
});
export type Loaded = z.infer<typeof Loaded>;

export const mediaContract = {
  /** Opens a staging file for something to send. Pieces follow with `attachments.append`. */
  'attachments.begin': call(
    z.object({
      channel: ChannelRef,
      name: z.string().min(1).max(255),
      size: z.int().min(1).max(MAX_ATTACHMENT_BYTES),
      mime: z.string().max(100),
    }),
    z.object({ id: z.string() }),
  ),
  /** `offset` must be what was received so far; answers how much was received with this piece. */
  'attachments.append': call(
    z.object({
      id: z.string().max(64),
      offset: z.int().min(0),
      bytes: z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_ATTACHMENT_PIECE_BYTES, {
          error: `a piece has 1 to ${MAX_ATTACHMENT_PIECE_BYTES} bytes`,
        }),
    }),
    z.object({ received: z.int() }),
  ),
  /**
   * What was received completely is part of the chat's draft from now on: it is there after a restart, until it is sent
   * or discarded. Answers the chats whose files had to go for it: of all drafts together only so much is kept.
   * Fails with `notFound` when there is no `insteadOf`.
   */
  'attachments.keep': call(AttachmentItem.extend({ channel: ChannelRef }), z.array(ChannelRef)),
  /** Of the chat's draft, in the order in which they were picked. */
  'attachments.list': query(ChannelOnly, z.array(DraftAttachment)),
  /** Before something is sent: bytes a second as measured, and the size that the server refuses; null = not known. */
  'attachments.pace': query(
    Nothing,
    z.object({ bytesPerSecond: z.number().nullable(), refusedBytes: z.int().nullable() }),
  ),
  'attachments.discard': call(z.object({ id: z.string().max(64) }), Done),
  /**
   * One message per item, then one with the text unless that is empty, each stored in the outbox before this answers;
   * the quote goes with the first of them. `content.url` of an own message is '' until its bytes are uploaded.
   */
  'messages.sendAttachments': call(
    z.object({
      channel: ChannelRef,
      items: z.array(AttachmentItem).min(1).max(20),
      text: z.string().max(MAX_TEXT_LENGTH),
      mention: Mention,
      replyToMessageId: z.string().nullable(),
    }),
    z.array(MessageView),
  ),
  /**
   * Loads the image or file of a message if it is not here yet. `url` shows an image (`<img src>`); it is dead as soon
   * as the message is recalled, deleted or another account is opened. `asked`: a person wants it, wherever it is; else
   * a picture at somebody else's host is not loaded. Fails with `network`, `notFound` (the server has no such file),
   * `refused` (too large), `invalidState` (recalled, deleted, cancelled).
   */
  'media.load': call(OneMessage.extend({ asked: z.boolean().exactOptional() }), Loaded),
  /**
   * Loads the video of a message if it is not here yet. `url` is for `<video src>`, and dies as those of `media.load`.
   * Fails as that; `refused` with the field `host` when it lies at somebody else's host and nobody `asked` for it,
   * with `format` when it is of a kind that is not played. `byItself`: nobody looks at it yet, it was only seen; what
   * the rules of this computer do not load then, or turns out larger than they allow, is `held`.
   */
  'video.load': call(
    OneMessage.extend({ asked: z.boolean().exactOptional(), byItself: z.literal(true).exactOptional() }),
    z.object({ url: z.string(), bytes: z.int(), held: z.literal(true).exactOptional() }),
  ),
  /** Keys of what in a chat, and in its merged forwards, has a file that was begun: it goes on when it is seen. */
  'media.begun': query(ChannelOnly, z.array(z.string())),
  /** Ends a running download, or an upload: its message stays, as failed with the reason `cancelled`. */
  'media.cancel': call(OneMessage, Done),
} as const;
