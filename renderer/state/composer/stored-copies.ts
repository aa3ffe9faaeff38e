/** Copies of picked files in the core, which keeps them with the draft: made in pieces, dropped if nobody wants it. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { MAX_ATTACHMENT_PIECE_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { call } from '../bridge.ts';
import { sendName } from './attachments.ts';

/** Its bytes could not be read: moved, changed or taken away since it was picked. */
export class UnreadableFile extends Error {}
/** It was removed, or the account left, before its copy was complete. */
export class Dropped extends Error {}

interface Copying {
  wanted: () => boolean;
  /** Blanks what of a piece that stands at `offset` is not to be sent. */
  blank?: (offset: number, piece: Uint8Array) => void;
  /** How many bytes are copied. */
  moved?: (bytes: number) => void;
}

/**
 * Copies a file into the draft of a chat. `begun` learns the name of the copy; `wanted` is asked between the pieces.
 * Answers the chats whose files had to go for it. @throws UnreadableFile, Dropped, or what the core says; nothing of
 * the copy is left then.
 */
export async function storeCopy(
  file: File,
  about: Omit<Args<'attachments.keep'>, 'attachmentId'>,
  { wanted, ...telling }: Copying & { begun: (id: string) => void },
): Promise<ChannelRef[]> {
  let id: string | null = null;
  try {
    id = await stageCopy(file, about.channel, wanted, telling);
    const lost = await call('attachments.keep', { ...about, attachmentId: id });
    if (!wanted()) throw new Dropped('nobody wants it any more');
    return lost;
  } catch (error) {
    if (id !== null) letGo(id);
    if (about.coverId !== undefined) letGo(about.coverId);
    throw error;
  }
}

/** Copies a file to the core, for something that is kept next. Answers its name there. @throws as `storeCopy` */
export async function stageCopy(
  file: File,
  channel: ChannelRef,
  wanted: () => boolean,
  { begun, blank, moved }: { begun?: (id: string) => void } & Omit<Copying, 'wanted'> = {},
): Promise<string> {
  if (!wanted()) throw new Dropped('nobody wants it any more');
  const { id } = await call('attachments.begin', {
    channel,
    name: sendName(file.name),
    size: file.size,
    mime: file.type.slice(0, 100),
  });
  begun?.(id);
  try {
    for (let offset = 0; offset < file.size; offset += MAX_ATTACHMENT_PIECE_BYTES) {
      const bytes = await read(file, offset);
      if (!wanted()) throw new Dropped('nobody wants it any more');
      blank?.(offset, bytes);
      await call('attachments.append', { id, offset, bytes });
      moved?.(offset + bytes.length);
    }
    return id;
  } catch (error) {
    letGo(id);
    throw error;
  }
}

function letGo(id: string): void {
  discardCopy(id).catch(() => {
    // Logged by `call`; the core clears what was left behind when the next page begins.
  });
}

async function read(file: File, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(offset, offset + MAX_ATTACHMENT_PIECE_BYTES).arrayBuffer());
  } catch {
    throw new UnreadableFile('a picked file cannot be read any more');
  }
}

export async function discardCopy(id: string): Promise<void> {
  await call('attachments.discard', { id });
}
