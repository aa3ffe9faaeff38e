/** Images and files: what is to be sent is staged here, what was received is loaded. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { AttachmentItem, mediaContract } from '../../../shared/ipc/contract/media.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { StagedFile } from '../media/staging.ts';
import { asAlbums, attachmentPayload, textPayload } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { type Composed, enqueue, quotedBy } from './enqueue.ts';

export function mediaHandlers(context: CoreContext): Handlers<typeof mediaContract> {
  const { media, outbox, store } = context;
  return {
    async 'attachments.begin'({ channel, name, size }) {
      requireWritable(context);
      return { id: await media.staging.begin({ channel, name, size }) };
    },

    async 'attachments.append'({ id, offset, bytes }) {
      return { received: await media.staging.append(id, offset, bytes) };
    },

    async 'attachments.keep'({ channel, attachmentId, insteadOf, ...about }) {
      requireWritable(context);
      return insteadOf === undefined
        ? media.drafts.keep(channel, attachmentId, about)
        : media.drafts.replace(channel, insteadOf, attachmentId, about);
    },

    'attachments.list': ({ channel }) => media.drafts.list(channel),

    'attachments.pace': () => media.uploadPace(),

    async 'attachments.discard'({ id }) {
      await media.staging.discard(id);
      media.drafts.discard(id);
      return null;
    },

    async 'messages.sendAttachments'({ channel, items, text, mention, replyToMessageId }) {
      requireWritable(context);
      const ids = items.map((item) => item.attachmentId);
      if (new Set(ids).size !== ids.length)
        throw new CodedError('badArgument', 'items: the same file twice', 'items');
      // A file that cannot be sent stops the others before anything is stored.
      const files: StagedFile[] = [];
      const inDraft = new Set(media.drafts.files(channel));
      const ordered = mediaFirst(items).map(({ insteadOf = '', ...item }): AttachmentItem =>
        inDraft.has(insteadOf) ? { ...item, insteadOf } : item,
      );
      for (const { attachmentId, kind, coverId } of ordered)
        files.push(
          media.drafts.describe(attachmentId, channel, kind) ??
            (await media.staging.describe(attachmentId, channel, kind, coverId)),
        );
      let quoted = quotedBy(context, channel, replyToMessageId);
      const payloads: Record<string, unknown>[] = [];
      for (const [index, file] of files.entries()) {
        payloads.push(attachmentPayload(file, ordered[index], quoted));
        quoted = null;
      }
      const composed = asAlbums(payloads).map((payload, at): Composed => ({
        channel,
        payload,
        attachment: files[at]?.attachment ?? null,
        ...(ordered[at]?.insteadOf !== undefined && { insteadOf: ordered[at].insteadOf }),
      }));
      if (text !== '') composed.push({ channel, payload: textPayload(text, mention, quoted) });
      const keys = enqueue(context, composed);
      for (const { attachment } of files) media.staging.release(attachment);
      media.drafts.sent(channel, [...ids, ...ordered.flatMap(({ insteadOf }) => insteadOf ?? [])]);
      outbox.kick();
      return keys.flatMap((key) => store.messages.get(channel, key) ?? []);
    },

    'video.load': ({ channel, key, asked, byItself }) =>
      byItself ? media.films.seen(channel, key) : media.films.address(channel, key, asked === true),

    'media.load': ({ channel, key, asked }) => media.load(channel, key, asked),

    'media.begun': ({ channel }) => store.media.begun(channel),

    'media.cancel'({ channel, key }) {
      media.cancel(channel, key);
      return null;
    },
  };
}

/** Images and videos that are sent together stand together, whatever was picked between them. */
function mediaFirst(items: readonly AttachmentItem[]): readonly AttachmentItem[] {
  const media = items.filter(({ kind }) => kind !== 'file');
  return media.length < 2 ? items : [...media, ...items.filter(({ kind }) => kind === 'file')];
}
