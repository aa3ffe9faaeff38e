import { useEffect } from 'react';
import { ChannelType, channelKey, type ChannelRef, type MessageView } from '../../shared/domain.ts';
import { call } from '../state/bridge.ts';
import { useMessageStore } from '../state/messages/message-store.ts';
import {
  setChannelInfo,
  setMembers,
  useChannelInfo,
  useConversation,
  useSession,
} from '../state/session/session-store.ts';
import { clearJump, focusComposer, useUi } from '../state/window/ui-store.ts';
import { ChatHead } from '../features/chat-head/chat-head.tsx';
import { ChatSearch } from '../features/search/chat-search.tsx';
import { useChatSearch } from '../features/search/use-chat-search.ts';
import { Composer } from '../features/composer/composer.tsx';
import { useComposerBlock } from '../features/composer/composer-blocked.tsx';
import { useFileDrop } from '../state/composer/use-file-drop.ts';
import { loadDraft, saveDraft } from '../state/composer/composer-store.ts';
import { ForwardDialog } from '../features/forward/forward-dialog.tsx';
import { DropOverlay } from '../features/composer/drop-overlay.tsx';
import { ImageViewer } from '../features/viewer/image-viewer.tsx';
import { BatchProgress, BatchQuestion } from '../features/recall/batch-dialog.tsx';
import '../features/recall/refusal-notice.ts';
import { askBatch } from '../state/recall/batch-store.ts';
import { SelectionBar } from '../features/selection/selection-bar.tsx';
import { useSelection, useSelectionIn } from '../state/messages/selection-store.ts';
import { isRecalled } from '../state/messages/is-recalled.ts';
import { MessageFlow } from '../features/messages/flow/message-flow.tsx';
import { TypingLine } from '../features/messages/flow/typing-line.tsx';
import { type MessageActions, useMessageActions } from '../features/messages/menu/use-message-actions.tsx';
import { useFlowState } from '../features/messages/flow/use-flow-rows.ts';
import { useNamedMembers } from '../features/messages/row/use-named-members.ts';
import { useNames } from '../features/messages/row/use-names.ts';
import css from './message-pane.module.css';

/** The message pane of one conversation: head, search bar, flow and composer. */
export function MessagePane({ channel }: { channel: ChannelRef }) {
  // Everything below belongs to one conversation: another one starts afresh.
  return <OpenConversation key={channelKey(channel)} channel={channel} />;
}

function OpenConversation({ channel }: { channel: ChannelRef }) {
  const key = channelKey(channel);
  useConversationOpen(channel);
  const state = useFlowState(key);
  useNamedMembers(channel);
  const names = useNames(channel);
  const { actions, dialogs } = useMessageActions(channel, names);
  const selection = useSelectionIn(key);
  const search = useChatSearch(channel);
  useRecallKey(key, actions);
  const drop = useDrop(channel, selection !== null);
  return (
    <section className={css['pane']} data-testid="message-pane" data-channel={key} {...drop.handlers}>
      <ChatHead channel={channel} />
      {search.open && <ChatSearch channel={channel} search={search} />}
      {state ? (
        <MessageFlow
          channel={channel}
          state={state}
          names={names}
          actions={actions}
          query={search.open ? search.text : ''}
        />
      ) : (
        <div className={css['opening']} />
      )}
      {selection ? (
        <>
          <SelectionBar selection={selection} />
          <BatchQuestion selection={selection} />
        </>
      ) : (
        <>
          <TypingLine channelKey={key} />
          <Composer channel={channel} onEdit={actions.edit} />
        </>
      )}
      {dialogs}
      <ForwardDialog />
      <BatchProgress />
      <ImageViewer />
      {drop.over && <DropOverlay name={drop.name} />}
    </section>
  );
}

/** Files dragged over the pane go to its composer, when there is one. */
function useDrop(channel: ChannelRef, selecting: boolean) {
  const closed = useComposerBlock(channel) !== null || selecting;
  const info = useChannelInfo(channelKey(channel));
  const row = useConversation(channelKey(channel));
  const drop = useFileDrop(() => (closed ? null : channel), focusComposer);
  return { ...drop, name: info?.remark || info?.name || row?.name || '' };
}

/** Opens the conversation in the core and loads its messages; leaves both when another one is opened. */
function useConversationOpen(channel: ChannelRef): void {
  const { channelId, channelType } = channel;
  useEffect(() => {
    const ref: ChannelRef = { channelId, channelType };
    const key = channelKey(ref);
    const row = useSession.getState().conversations.get(key);
    const { jump } = useUi.getState();
    const targetSeq = jump && channelKey(jump.channel) === key ? jump.messageSeq : null;
    if (targetSeq !== null) clearJump();
    // Before the first page is asked for: the core sends the messages of open chats only, and none may fall between
    // both.
    const opened = call('channels.open', { channel: ref });
    useMessageStore.getState().open(ref, { readSeq: row?.readSeq ?? 0, unread: row?.unread ?? 0, targetSeq });
    void loadDraft(ref);
    opened.then(setChannelInfo).catch(() => {
      // Logged by `call`; the head shows what the list knows, deltas bring the rest.
    });
    if (channelType === ChannelType.group) {
      call('channels.members', { channel: ref })
        .then((members) => setMembers(ref, members))
        .catch(() => {
          // Logged by `call`; names come from the messages then.
        });
    }
    return () => {
      saveDraft(ref);
      useMessageStore.getState().close(ref);
      call('channels.close', { channel: ref }).catch(() => {
        // Logged by `call`; the core notices at the next open.
      });
    };
  }, [channelId, channelType]);
}

/**
 * Ctrl+Shift+Backspace: recalls what is selected, the focused message, or the own last one; asks, and shows a single
 * one.
 */
function useRecallKey(key: string, actions: MessageActions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (
        event.key !== 'Backspace' ||
        !event.shiftKey ||
        !(event.ctrlKey || event.metaKey) ||
        event.isComposing
      )
        return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      const loaded = useMessageStore.getState().channels[key]?.window;
      if (!loaded) return;
      event.preventDefault();
      if (useSelection.getState().selection) {
        askBatch();
        return;
      }
      const article = document.activeElement?.closest<HTMLElement>('[data-message-key]');
      const focused = article ? loaded.byKey.get(article.dataset['messageKey'] ?? '') : undefined;
      const message = focused ?? lastOwn(loaded.keys.map((k) => loaded.byKey.get(k)));
      if (message) actions.recall(message, true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [key, actions]);
}

function lastOwn(messages: readonly (MessageView | undefined)[]): MessageView | undefined {
  return messages.findLast(
    (message) => message?.own && !isRecalled(message) && message.content.kind !== 'system',
  );
}
