/**
 * Tells when an edit, which any member may make, has given a message another file, or made another thing of it: what
 * was loaded, opened or is heard of the one before is not what it says any more (docs/media.md).
 */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { Emitter } from '../../../shared/emitter.ts';
import { onBookmarks, onMessageDelta, useSession } from '../session/session-store.ts';
import { mediaKey } from './transfer-store.ts';

/** Edited messages that are remembered; of one that is forgotten its media are asked for once more. */
const MOST_KNOWN = 1_000;

/** By `mediaKey`: of what an edit has made its file, a number. (The address would be here after its recall.) */
const known = new Map<string, number>();

const otherFile = new Emitter<{ channel: ChannelRef; keys: readonly string[] }>();
/** `keys`: of the messages, whether they had a file before or not. */
export const onOtherFile = otherFile.on;

function fileOf(content: MessageView['content']): string {
  switch (content.kind) {
    case 'image':
    case 'file':
    case 'voice':
      return `${content.kind} ${content.url}`;
    case 'video':
      return JSON.stringify([content.url, content.cover]);
    case 'named':
      return JSON.stringify([content.picture, content.rich]);
    default:
      return content.kind;
  }
}

function numberOf(text: string): number {
  let number = 0;
  for (const one of text) number = (Math.imul(number, 31) + (one.codePointAt(0) ?? 0)) | 0;
  return number;
}

function look(messages: readonly MessageView[]): void {
  for (const { channel, content, edited, key } of messages) {
    if (!edited) continue;
    const id = mediaKey(channel, key);
    const file = numberOf(fileOf(content));
    if (known.get(id) === file) continue;
    known.delete(id);
    known.set(id, file);
    otherFile.emit({ channel, keys: [key] });
  }
  for (const [oldest] of known) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(oldest);
  }
}

onMessageDelta((deltas) => {
  for (const delta of deltas) if (delta.kind === 'messages') look(delta.upserts);
});
// Of any chat, also where it is not open.
onBookmarks(({ changed }) => look(changed.flatMap(({ message }) => message ?? [])));
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) known.clear();
});
