import { useEffect } from 'react';
import { channelKey, type ChannelRef } from '../../shared/domain.ts';
import { ChatHead } from '../features/chat-head/chat-head.tsx';
import { Composer } from '../features/composer/composer.tsx';
import { DropOverlay } from '../features/composer/drop-overlay.tsx';
import { MessageFlow } from '../features/messages/flow/message-flow.tsx';
import { useFlowState } from '../features/messages/flow/use-flow-rows.ts';
import { useMessageActions } from '../features/messages/menu/use-message-actions.tsx';
import { ReactionPopovers } from '../features/messages/reactions/reaction-popovers.tsx';
import { useNamedMembers } from '../features/messages/names/use-named-members.ts';
import { useNames } from '../features/messages/names/use-names.ts';
import { BatchProgress, BatchQuestion } from '../features/recall/batch-dialog.tsx';
import { RecentRecallQuestion } from '../features/recall/recent-dialog.tsx';
import { ChatSearch } from '../features/search/chat-search.tsx';
import { useChatSearch } from '../features/search/use-chat-search.ts';
import { SelectionBar } from '../features/selection/selection-bar.tsx';
import { VoiceBar } from '../features/voice/voice-bar.tsx';
import { useComposerBlock } from '../state/composer/composer-block.ts';
import { useFileDrop } from '../state/composer/use-file-drop.ts';
import { closePins, openPins } from '../state/messages/pins.ts';
import { useSelectionIn } from '../state/messages/selection-store.ts';
import { useChannelInfo, useConversation, useSession } from '../state/session/session-store.ts';
import { focusComposer } from '../state/window/ui-store.ts';
import {
  ChatCalendar,
  ForwardDialog,
  HistoryReader,
  ImageEditor,
  MediaViewer,
  PinnedBar,
  ReactionPicker,
  ReadBy,
  RemindMenu,
} from './late-dialogs.tsx';
import { useConversationOpen } from './use-conversation-open.ts';
import { useRecallKey } from './use-recall-key.ts';
import css from './message-pane.module.css';

/** The message pane of one conversation: head, search bar, flow and composer. */
export function MessagePane({ channel }: { channel: ChannelRef }) {
  // Everything below belongs to one conversation: another one starts afresh.
  return <OpenConversation key={channelKey(channel)} channel={channel} />;
}

function OpenConversation({ channel }: { channel: ChannelRef }) {
  const key = channelKey(channel);
  useConversationOpen(channel);
  usePinsOf(channel);
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
      <PinnedBar channel={channel} />
      <VoiceBar channel={channel} />
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
          <Composer channel={channel} onEdit={actions.edit} />
        </>
      )}
      {dialogs}
      <HistoryReader />
      <ForwardDialog />
      <BatchProgress />
      <RecentRecallQuestion />
      <MediaViewer />
      <ImageEditor />
      <RemindMenu />
      <ReactionPopovers />
      <ReactionPicker />
      <ReadBy />
      <ChatCalendar />
      {drop.over && <DropOverlay name={drop.name} />}
    </section>
  );
}

function usePinsOf(channel: ChannelRef): void {
  const offered = useSession((state) => state.abilities.pins);
  const { channelId, channelType } = channel;
  useEffect(() => {
    const ref = { channelId, channelType };
    if (offered) void openPins(ref);
    return () => closePins(ref);
  }, [channelId, channelType, offered]);
}

/** Files dragged over the pane go to its composer, when there is one. */
function useDrop(channel: ChannelRef, selecting: boolean) {
  const closed = useComposerBlock(channel) !== null || selecting;
  const info = useChannelInfo(channelKey(channel));
  const row = useConversation(channelKey(channel));
  const drop = useFileDrop(() => (closed ? null : channel), focusComposer);
  return { ...drop, name: info?.remark || info?.name || row?.name || '' };
}
