/**
 * Tells when messages that something else points at (a selection, a forward) are gone: recalled, being recalled, or
 * removed. Also for messages that are not in the loaded window.
 */
import { entryOfKey, isAmong } from '../../../shared/content/history-content.ts';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { Emitter } from '../../../shared/emitter.ts';
import { isRecalled } from './is-recalled.ts';
import { useMessageStore } from './message-store.ts';
import { onMessageDelta } from '../session/session-store.ts';

export interface Watched {
  channel: ChannelRef;
  keys: readonly string[];
}

/** Entries of merged forwards that an open one does not show any more: their messages were recalled. */
const entriesGone = new Emitter<Watched>();
export const onEntriesGone = entriesGone.on;
export const tellEntriesGone = (gone: Watched): void => entriesGone.emit(gone);

/** The message that a key names, or that the entry is in which it names. */
export const ownerOf = (key: string): string => entryOfKey(key)?.key ?? key;

/**
 * Watches what `watched` names at the time of each change; `gone` gets the keys among them that went, in the same
 * turn as the change. Returns the function that ends it.
 */
export function watchGone(
  watched: () => Watched | null,
  gone: (keys: { recalled: readonly string[]; removed: readonly string[] }) => void,
): () => void {
  const report = (recalled: readonly string[], removed: readonly string[]): void => {
    if (recalled.length > 0 || removed.length > 0) gone({ recalled, removed });
  };
  const endDeltas = onMessageDelta((deltas) => {
    for (const delta of deltas) {
      const current = watched();
      if (!current || delta.kind !== 'messages') continue;
      if (channelKey(delta.channel) !== channelKey(current.channel)) continue;
      const recalled = new Set(delta.upserts.filter(isRecalled).map(({ key }) => key));
      const removed = new Set(delta.removed);
      report(
        current.keys.filter((key) => recalled.has(ownerOf(key))),
        current.keys.filter((key) => removed.has(ownerOf(key))),
      );
    }
  });
  const endEntries = onEntriesGone(({ channel, keys }) => {
    const current = watched();
    if (!current || channelKey(channel) !== channelKey(current.channel)) return;
    const gone = new Set(keys);
    report(
      current.keys.filter((key) => isAmong(gone, key)),
      [],
    );
  });
  // A page that is loaded (again) may be the first to tell.
  const endPages = useMessageStore.subscribe((state, before) => {
    const current = watched();
    if (!current) return;
    const key = channelKey(current.channel);
    const loaded = state.channels[key]?.window;
    if (!loaded || loaded === before.channels[key]?.window) return;
    report(
      current.keys.filter((entry) => {
        const message = loaded.byKey.get(ownerOf(entry));
        return message !== undefined && isRecalled(message);
      }),
      [],
    );
  });
  return () => {
    endDeltas();
    endEntries();
    endPages();
  };
}
