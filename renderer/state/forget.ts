/**
 * React keeps the last but one version of every component: its props, state and selected store values live on until the
 * component is drawn again. So a recall would leave the words in memory while the chat is open. Whatever shows words of
 * messages is therefore drawn once more shortly after each change that takes words away; what is kept then is a
 * version without them. Components that hold no words (they name messages by key) need nothing of this.
 */
import { create } from 'zustand';
import { saysLess } from '../../shared/content/history-words.ts';
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';

/** Many recalls in a row share one more drawing. */
const AFTER_MS = 200;

const usePasses = create<{ passes: number }>(() => ({ passes: 0 }));
let timer: ReturnType<typeof setTimeout> | undefined;

/** For components that read content of messages out of a store: they are drawn once more after it is taken away. */
export function useForgetting(): void {
  usePasses((state) => state.passes);
}

/** Something was taken away, or the part of a conversation that is loaded was replaced. */
export function forgetSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    usePasses.setState(({ passes }) => ({ passes: passes + 1 }));
  }, AFTER_MS);
}

/** Whether a change takes words away: a recall (also one that is only asked for), a deletion, an edit. */
export function takesAway(delta: CoreDelta): boolean {
  if (delta.kind === 'pins') return true;
  if (delta.kind === 'bookmarks') return delta.removed.length > 0 || delta.changed.length > 0;
  return (
    delta.kind === 'messages' &&
    (delta.removed.length > 0 ||
      delta.upserts.some((message) => message.content.kind === 'recalled' || saysLess(message)))
  );
}
