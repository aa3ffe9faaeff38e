/**
 * Reacting to messages, and what is open about one: which emoji to take, who took which, or who has read it. By key
 * only; it closes when its message goes, and the focus is on the line that takes its place.
 */
import { create } from 'zustand';
import { QUICK_REACTIONS, reactionKey } from '../../../shared/content/reaction.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { changeSettings } from '../session/settings.ts';
import { useSession } from '../session/session-store.ts';
import { watchGone } from './gone-messages.ts';
import { isFocusFree } from '../../ui/focus-trap.ts';

export interface ReactionRequest {
  /**
   * `quick`: a few to choose from, `all`: every emoji, `who`: everybody who reacted; `read`: everybody who has read it.
   */
  what: 'quick' | 'all' | 'who' | 'read';
  channel: ChannelRef;
  key: string;
  anchor: { x: number; y: number; avoid?: DOMRect };
}

export const useReactionRequest = create<{ request: ReactionRequest | null }>(() => ({ request: null }));

export const requestReaction = (request: ReactionRequest): void => useReactionRequest.setState({ request });
export const endReactionRequest = (): void => useReactionRequest.setState({ request: null });

watchGone(
  () => {
    const { request } = useReactionRequest.getState();
    return request && { channel: request.channel, keys: [request.key] };
  },
  () => {
    const { request } = useReactionRequest.getState();
    endReactionRequest();
    // When the line is drawn that stands there now.
    requestAnimationFrame(() => {
      if (!request || !isFocusFree(null)) return;
      document
        .querySelector<HTMLElement>(`article[data-message-key="${CSS.escape(request.key)}"]`)
        ?.focus({ preventScroll: true });
    });
  },
);
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) endReactionRequest();
});

/** What I chose; '' = nothing. */
export const ownReaction = ({ reactions }: Pick<MessageView, 'reactions'>): string =>
  reactions?.find(({ mine }) => mine)?.emoji ?? '';

/** The same again takes it back, another one replaces it. */
export function toggleReaction(
  message: Pick<MessageView, 'channel' | 'key' | 'reactions'>,
  emoji: string,
): void {
  const { channel, key } = message;
  const isMine = reactionKey(ownReaction(message)) === reactionKey(emoji);
  void attempt(() => call('messages.react', { channel, key, emoji: isMine ? '' : emoji }));
  if (!isMine) keepAsRecent(emoji);
}

function keepAsRecent(emoji: string): void {
  const { recentReactions = [] } = useSession.getState().shell?.settings ?? {};
  const recent = quickReactions([emoji, ...recentReactions]);
  if (recent[0] !== recentReactions[0]) void changeSettings({ recentReactions: recent });
}

/** The six that are at hand: those used last first. */
export function quickReactions(recent: readonly string[]): string[] {
  const kinds = new Map<string, string>();
  for (const emoji of [...recent, ...QUICK_REACTIONS]) {
    const kind = reactionKey(emoji);
    if (!kinds.has(kind)) kinds.set(kind, emoji);
  }
  return [...kinds.values()].slice(0, QUICK_REACTIONS.length);
}
