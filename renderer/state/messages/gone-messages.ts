/**
 * Tells when messages that something else points at (a selection, a forward) are gone: recalled, being recalled, or
 * removed. Also for messages that are not in the loaded window.
 */
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { isRecalled } from './is-recalled.ts';
import { useMessageStore } from './message-store.ts';
import { onMessageDelta } from '../session/session-store.ts';

export interface Watched {
  channel: ChannelRef;
  keys: readonly string[];
}

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
      const wanted = new Set(current.keys);
      report(
        delta.upserts
          .filter((message) => wanted.has(message.key) && isRecalled(message))
          .map(({ key }) => key),
        delta.removed.filter((key) => wanted.has(key)),
      );
    }
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
        const message = loaded.byKey.get(entry);
        return message !== undefined && isRecalled(message);
      }),
      [],
    );
  });
  return () => {
    endDeltas();
    endPages();
  };
}
