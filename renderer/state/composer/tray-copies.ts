/**
 * Gives what is in a tray to the core, one after the other: it keeps a copy until that is sent or removed. What an
 * image or a video is, is read right before.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { errorText } from '../../text/error-text.ts';
import { showToast } from '../../ui/toast.tsx';
import { readPicked } from './read-picked.ts';
import { Dropped, stageCopy, storeCopy, UnreadableFile } from './stored-copies.ts';
import { type Attachment, changeItem, findItem, takeOut, trayEpoch } from './tray-store.ts';

/** One of what was to be sent could not be stored, which was said; the others are still in the tray. */
export class NotStored extends Error {}

/** Copies that are being made, by the item's id; they reject with what went wrong, once that was said. */
const copying = new Map<number, Promise<void>>();
/** The copy before: one is made at a time. */
let lastCopy: Promise<unknown> = Promise.resolve();

/** Runs until the copy of an item is complete; undefined = none is being made. */
export const copyOf = (id: number): Promise<void> | undefined => copying.get(id);

/** Before the page goes: everything that was picked is with the core, or the answer is false. */
export async function allStored(): Promise<boolean> {
  const results = await Promise.allSettled(copying.values());
  return results.every(({ status }) => status === 'fulfilled');
}

/**
 * Gives the file to the core; what cannot be stored leaves the tray, and that is said. `madeRoom` learns whose files
 * had to go for it.
 */
export function copyToCore(
  channel: ChannelRef,
  { edited, id, isKept, kind }: Pick<Attachment, 'edited' | 'id' | 'isKept' | 'kind'>,
  file: File,
  madeRoom: (others: readonly ChannelRef[]) => void,
): void {
  const key = channelKey(channel);
  const mine = trayEpoch();
  const wanted = (): boolean => mine === trayEpoch() && findItem(key, id) !== undefined;
  void enqueue(id, async () => {
    try {
      const begun = (copied: string): void => changeItem(key, id, { copy: copied });
      const { about, blank, file: sent, patch } = await readPicked(channel, { id, kind, file }, wanted);
      const changes = { ...(blank && { blank }), moved: (copied: number) => changeItem(key, id, { copied }) };
      // What was drawn on has no original.
      if (patch) changeItem(key, id, edited || !isKept ? { ...patch, source: null } : patch);
      const lost = isKept
        ? await storeCopy(sent, { channel, ...about }, { wanted, begun, ...changes })
        : await stageCopy(sent, channel, wanted, { begun, ...changes }).then(() => []);
      changeItem(key, id, { stored: true });
      if (lost.length === 0 || mine !== trayEpoch()) return;
      showToast({ tone: 'error', text: t('attach.madeRoom') });
      madeRoom(lost);
    } catch (error) {
      if (error instanceof Dropped) return;
      if (mine === trayEpoch()) {
        takeOut(key, new Set([id]));
        const why = error instanceof UnreadableFile ? t('attach.unreadable') : errorText(error);
        showToast({ tone: 'error', text: why });
      }
      throw new NotStored('an attachment could not be stored');
    }
  });
}

/** After the copies before it. */
export function enqueue(id: number, copy: () => Promise<void>): Promise<void> {
  const running = lastCopy.then(copy).finally(() => {
    if (copying.get(id) === running) copying.delete(id);
  });
  copying.set(id, running);
  lastCopy = running.catch(() => undefined);
  return running;
}
