/**
 * "Recall what I sent here in the last two minutes", and "what X sent here today": which messages that are, and the
 * question. Nobody has seen them listed, so they are known by kind and time only: none of their words are kept for it.
 */
import { CircleSlash } from 'lucide-react';
import { create } from 'zustand';
import { type ChannelRef, channelKey, type ComposerBlock } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { attempt } from '../errors.ts';
import { watchGone } from '../messages/gone-messages.ts';
import { endSelection } from '../messages/selection-store.ts';
import { serverNow } from '../session/server-clock.ts';
import { useSession } from '../session/session-store.ts';
import { useUi } from '../window/ui-store.ts';
import { type RecentOwn, recentOf, recentOwn } from './recent-own.ts';

export const RECENT_SECONDS = 120;
/** Where recalls have no limit, the question offers this span as well. */
const LONG_SECONDS = 600;
/** `messages.recallMany` takes no more. */
const MOST = 100;
export interface RecentQuestion {
  channel: ChannelRef;
  found: readonly RecentOwn[];
  /** There are more than can be asked for at once. */
  more: boolean;
  /** Whose they are; null = mine. */
  of: { uid: string; name: string } | null;
  /** More was said since than is looked through. */
  partly: boolean;
  /** Of mine: the last ten minutes were looked through, of which the question takes two at first. */
  long: boolean;
}

export const useRecentRecall = create<{ question: RecentQuestion | null }>(() => ({ question: null }));
export const endRecentRecall = (): void => useRecentRecall.setState({ question: null });

/** Where it is offered: whoever is muted may still recall. */
export const mayRecallRecent = (block: ComposerBlock | null): boolean =>
  block === null || block === 'muted' || block === 'mutedAll';

/** Asks about them; says so when there are none. */
export function askRecentRecall(channel: ChannelRef): void {
  void attempt(async () => {
    const { rules } = useSession.getState();
    const long = rules !== null && rules.revokeSecond < 0;
    const seconds = long ? LONG_SECONDS : RECENT_SECONDS;
    const found = await recentOwn(channel, Math.floor(serverNow() / 1000) - seconds);
    const { activeChannel } = useUi.getState();
    if (!activeChannel || channelKey(activeChannel) !== channelKey(channel)) return;
    if (found.length === 0) {
      showToast({ text: t('recent.none'), icon: CircleSlash });
      return;
    }
    endSelection();
    const question = {
      channel,
      found: found.slice(-MOST),
      more: found.length > MOST,
      of: null,
      partly: false,
      long,
    };
    useRecentRecall.setState({ question });
  });
}

/** Since midnight here, on the server's clock; Unix seconds. */
const startOfToday = (): number => Math.floor(new Date(serverNow()).setHours(0, 0, 0, 0) / 1000);

/** Asks about what a member sent in this group today; says so when there is nothing. */
export function askMemberRecall(channel: ChannelRef, of: { uid: string; name: string }): void {
  void attempt(async () => {
    const { found, whole } = await recentOf(channel, of.uid, startOfToday());
    const { activeChannel } = useUi.getState();
    if (!activeChannel || channelKey(activeChannel) !== channelKey(channel)) return;
    if (found.length === 0) {
      showToast({ text: t('memberRecall.none', { Y: of.name }), icon: CircleSlash });
      return;
    }
    endSelection();
    useRecentRecall.setState({
      question: {
        channel,
        found: found.slice(-MOST),
        more: found.length > MOST,
        of,
        partly: !whole,
        long: false,
      },
    });
  });
}

watchGone(
  () => {
    const { question } = useRecentRecall.getState();
    return question && { channel: question.channel, keys: question.found.map(({ message }) => message.key) };
  },
  ({ recalled, removed }) => {
    const { question } = useRecentRecall.getState();
    if (!question) return;
    const gone = new Set([...recalled, ...removed]);
    const found = question.found.filter(({ message }) => !gone.has(message.key));
    useRecentRecall.setState({ question: found.length > 0 ? { ...question, found } : null });
  },
);
useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel) endRecentRecall();
});
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) endRecentRecall();
});
