/** The selection of the open conversation. Ends with the conversation, when it is empty, and on Esc. */
import { create } from 'zustand';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { watchGone } from './gone-messages.ts';
import { burns } from './flames.ts';
import { isRecalled } from './is-recalled.ts';
import { useMessageStore } from './message-store.ts';
import { useUi } from '../window/ui-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { extended, MAX_SELECTED, type Picks, toggled, without } from './selection.ts';

export interface Selection {
  channel: ChannelRef;
  picks: Picks;
  /**
   * What is known of the selected ones without their content: who may do what with them is decided also for those the
   * flow has dropped from its window.
   */
  bare: ReadonlyMap<string, MessageView>;
}

export const useSelection = create<{ selection: Selection | null }>(() => ({ selection: null }));

/** The selection of one conversation; null while nothing is selected there. `key`: of the channel. */
export const useSelectionIn = (key: string): Selection | null =>
  useSelection(({ selection }) => (selection && channelKey(selection.channel) === key ? selection : null));

const current = (channel: ChannelRef): Selection | null => {
  const { selection } = useSelection.getState();
  return selection && channelKey(selection.channel) === channelKey(channel) ? selection : null;
};

/** Whether a message can be part of a selection: it is on the server and still says something. */
export function isSelectable(message: MessageView): boolean {
  return (
    message.messageId !== null &&
    message.content.kind !== 'system' &&
    message.content.kind !== 'recalled' &&
    !burns(message) &&
    !isRecalled(message)
  );
}

function set(channel: ChannelRef, picks: Picks | null): void {
  if (!picks) {
    endSelection();
    return;
  }
  if (picks.full) showToast({ text: t('multi.limit', { n: MAX_SELECTED }) });
  const before = current(channel)?.bare;
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window.byKey;
  const bare = new Map<string, MessageView>();
  for (const key of picks.keys) {
    const message = loaded?.get(key);
    const known = message ? withoutWords(message) : before?.get(key);
    if (known) bare.set(key, known);
  }
  useSelection.setState({ selection: { channel, picks: { ...picks, full: false }, bare } });
}

const withoutWords = (message: MessageView): MessageView => ({
  ...message,
  content: { kind: 'unsupported', type: 0 },
  quote: null,
});

export function toggleSelected(channel: ChannelRef, key: string): void {
  set(channel, toggled(current(channel)?.picks ?? null, key));
}

/** `order`: the keys that can be selected, as the flow shows them. */
export function extendSelection(channel: ChannelRef, key: string, order: readonly string[]): void {
  set(channel, extended(current(channel)?.picks ?? null, key, order));
}

export function endSelection(): void {
  if (useSelection.getState().selection) useSelection.setState({ selection: null });
}

/** The selected messages: live where they are loaded, else what is known of them without their content. */
export function selectedMessages(
  selection: Selection,
  loaded: ReadonlyMap<string, MessageView> | undefined,
): MessageView[] {
  return selection.picks.keys
    .map((key) => loaded?.get(key) ?? selection.bare.get(key))
    .filter((message) => message !== undefined);
}

watchGone(
  () => {
    const { selection } = useSelection.getState();
    return selection && { channel: selection.channel, keys: selection.picks.keys };
  },
  ({ recalled, removed }) => {
    const { selection } = useSelection.getState();
    if (selection) set(selection.channel, without(selection.picks, new Set([...recalled, ...removed])));
  },
);

useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel) endSelection();
});
