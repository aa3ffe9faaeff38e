/**
 * What was picked for a message and not sent: kept with the draft of its chat, over restarts, until it is sent or
 * removed. Of all chats together no more than a limit: what lies there longest, in other chats, goes first.
 */
import { channelKey, type ChannelRef, type DraftFileKind } from '../../../shared/domain.ts';
import type { AttachmentItem, DraftAttachment } from '../../../shared/ipc/contract/media.ts';
import { MAX_TRAY_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Attachment } from '../store/jobs.ts';
import { type DraftFile, draftFileKind } from '../store/tables/outbox/draft-files.ts';
import type { Addresses } from './addresses.ts';
import { isMediaName, type MediaFolders } from './media-folders.ts';
import type { MediaStore } from './media-store.ts';
import type { StagedFile, Staging } from './staging.ts';

/** As many as one message may have (`messages.sendAttachments`). */
const MAX_OF_CHAT = 20;

export interface DraftLimits {
  files: number;
  bytes: number;
}
/** Room for one chat with as much as it may hold, and for some others. */
export const DEFAULT_DRAFT_LIMITS: DraftLimits = { files: 200, bytes: MAX_TRAY_BYTES };

export interface DraftAttachmentsParts {
  folders: MediaFolders;
  store: Pick<MediaStore, 'outbox'>;
  staging: Staging;
  addresses: Addresses;
  limits: DraftLimits;
}

export class DraftAttachments {
  readonly #parts: DraftAttachmentsParts;

  constructor(parts: DraftAttachmentsParts) {
    this.#parts = parts;
  }

  /**
   * A complete staged file belongs to the draft of its chat from now on. Answers the chats whose files had to go for
   * it. @throws as `Staging.describe`; `invalidState` when the chat has as many as it may.
   */
  async keep(
    channel: ChannelRef,
    id: string,
    about: Omit<AttachmentItem, 'attachmentId'>,
  ): Promise<ChannelRef[]> {
    const { store } = this.#parts;
    let instead: DraftFile[] = [];
    await this.#take(channel, id, about, (taken) => {
      const mine = channelKey(channel);
      const all = store.outbox.draftFiles(null);
      const own = all.filter((file) => channelKey(file.channel) === mine);
      if (own.length >= MAX_OF_CHAT)
        throw new CodedError('invalidState', `this chat has ${MAX_OF_CHAT} files that wait already`);
      const { size } = taken.attachment;
      if (own.length > 0 && bytesOf(own) + size > MAX_TRAY_BYTES)
        throw new CodedError('invalidState', `the files of this chat have more than ${MAX_TRAY_BYTES} bytes`);
      instead = this.#overLimit(
        all.filter((file) => channelKey(file.channel) !== mine),
        { files: all.length + 1, bytes: bytesOf(all) + size },
      );
      store.outbox.addDraftFile(
        taken,
        instead.map((file) => file.attachment.file),
      );
    });
    return [...new Map(instead.map((file) => [channelKey(file.channel), file.channel])).values()];
  }

  /**
   * A complete staged file takes the place of one of the draft, whose file goes in the step after the commit. Nobody's
   * files have to go for it. @throws as `Staging.describe`; `notFound` when the draft has no such file.
   */
  async replace(
    channel: ChannelRef,
    before: string,
    id: string,
    about: Omit<AttachmentItem, 'attachmentId'>,
  ): Promise<ChannelRef[]> {
    const { outbox } = this.#parts.store;
    await this.#take(channel, id, about, (taken) => {
      if (!outbox.draftFiles(channel).some(({ attachment }) => attachment.file === before))
        throw new CodedError('notFound', 'insteadOf: this file is not in the draft (any more)', 'insteadOf');
      outbox.replaceDraftFile(before, taken);
    });
    this.#parts.addresses.voidMessage(channel, keyOf(before));
    return [];
  }

  /** A complete staged file goes where `store` puts it, and is none that is staged from then on. */
  async #take(
    channel: ChannelRef,
    id: string,
    { kind, width, height, seconds = 0, coverId }: Omit<AttachmentItem, 'attachmentId'>,
    store: (taken: DraftFile) => void,
  ): Promise<void> {
    const { staging } = this.#parts;
    const { attachment, name } = await staging.describe(id, channel, kind, coverId);
    store({ channel, attachment, name, width, height, seconds });
    staging.release(attachment);
  }

  /** Names of the files of a chat's draft. */
  files(channel: ChannelRef): string[] {
    return this.#parts.store.outbox.draftFiles(channel).map(({ attachment }) => attachment.file);
  }

  /** With an address for each picture. What has lost its file is no part of it any more. */
  list(channel: ChannelRef): DraftAttachment[] {
    return this.#parts.store.outbox
      .draftFiles(channel)
      .filter((file) => !this.#isLost(file))
      .map(({ attachment, name, width, height, seconds }) => ({
        id: attachment.file,
        name,
        size: attachment.size,
        kind: draftFileKind(attachment.mime),
        width,
        height,
        ...(attachment.cover && { seconds }),
        url: this.#pictureOf(channel, attachment),
      }));
  }

  /** Address of an image, or of the cover of a video. */
  #pictureOf(channel: ChannelRef, attachment: Attachment): string {
    const { file, mime } = attachment.cover ?? attachment;
    if (mime === '') return '';
    return this.#parts.addresses.give(channel, keyOf(attachment.file), {
      file,
      path: this.#path(file),
      mime,
    });
  }

  /** Of a draft of this chat; null = there is none of that name. @throws `notFound` when its file is gone. */
  describe(id: string, channel: ChannelRef, kind: DraftFileKind): StagedFile | null {
    const found = this.#parts.store.outbox
      .draftFiles(channel)
      .find(({ attachment }) => attachment.file === id);
    if (!found) return null;
    if (this.#isLost(found))
      throw new CodedError('notFound', 'this file is not on this computer any more', 'id');
    const { attachment, name } = found;
    if (kind !== 'file' && draftFileKind(attachment.mime) !== kind)
      throw new CodedError('badArgument', `items: this file is no ${kind}`, 'attachmentId');
    return { name, attachment: kind === 'file' ? { ...attachment, mime: '' } : attachment };
  }

  /** Its file goes in the step after the commit. @throws `readOnly` */
  discard(id: string): void {
    const { outbox } = this.#parts.store;
    if (outbox.draftFiles(null).some(({ attachment }) => attachment.file === id))
      outbox.removeDraftFiles([id]);
  }

  /** They are messages now: as part of the draft nobody looks at them. */
  sent(channel: ChannelRef, ids: readonly string[]): void {
    for (const id of ids) this.#parts.addresses.voidMessage(channel, keyOf(id));
  }

  /** Forgets those whose files somebody took away. */
  dropLost(): void {
    const { outbox } = this.#parts.store;
    const lost = outbox.draftFiles(null).filter((file) => this.#isLost(file));
    if (lost.length > 0) outbox.removeDraftFiles(lost.map(({ attachment }) => attachment.file));
  }

  #isLost({ attachment }: Pick<DraftFile, 'attachment'>): boolean {
    const { cover, file, size } = attachment;
    if (!isMediaName(file) || this.#parts.folders.sizeOf(this.#path(file)) !== size) return true;
    return cover !== undefined && this.#isLost({ attachment: cover });
  }

  #path(file: string): string {
    return this.#parts.folders.staged(file);
  }

  /** The oldest of `others` that have to go. */
  #overLimit(others: readonly DraftFile[], { files, bytes }: DraftLimits): DraftFile[] {
    const { limits } = this.#parts;
    const going: DraftFile[] = [];
    for (const file of others) {
      if (files - going.length <= limits.files && bytes - bytesOf(going) <= limits.bytes) break;
      going.push(file);
    }
    return going;
  }
}

const bytesOf = (files: readonly DraftFile[]): number =>
  files.reduce((sum, { attachment }) => sum + attachment.size, 0);

/** No message is called so. */
const keyOf = (file: string): string => `draft\n${file}`;
