import { type ClipboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { MAX_TEXT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { useT } from '../../i18n/i18n.ts';
import { attachFiles } from '../../state/composer/attachment-store.ts';
import { filesOf, pastesFiles } from '../../state/composer/attachments.ts';
import { useBlocked } from '../../state/composer/composer-block.ts';
import {
  cancelReply,
  emptyWriting,
  endEdit,
  saveDraft,
  setComposerFocus,
  setText,
  useComposer,
} from '../../state/composer/composer-store.ts';
import { useForgetting } from '../../state/forget.ts';
import { useChannelInfo, useConversation } from '../../state/session/session-store.ts';
import { useChatCommand } from '../../state/window/use-chat-command.ts';
import { NativeTextarea } from '../../ui/native-field.tsx';
import { useSameHandler } from '../../ui/use-latest.ts';
import { AttachmentTray } from './attachment-tray.tsx';
import { ComposerBar, ElsewhereBar } from './composer-bars.tsx';
import { ComposerBlocked } from './composer-blocked.tsx';
import { ComposerTools } from './composer-tools.tsx';
import { ComposerPanel } from './emoji/composer-panel.tsx';
import { FlameNote } from './flame-note.tsx';
import { ImageNotes } from './image-notes.tsx';
import { MentionPopup } from './mention-popup.tsx';
import { CodeOfferBar } from './code-offer-bar.tsx';
import { OutboxTray } from './outbox-tray.tsx';
import { SlowFileDialog } from './slow-file-dialog.tsx';
import { useCodeOffer } from './use-code-offer.ts';
import { useComposerKeys } from './use-composer-keys.ts';
import { useMentionPopup } from './use-mention-popup.ts';
import { useSending } from './use-sending.ts';
import { useTextField } from './use-text-field.ts';
import { useTypingSignal } from './use-typing-signal.ts';
import { useVoiceKey } from './voice/use-voice-key.ts';
import { useVoiceOpen, VoicePanel } from './voice/voice-panel.tsx';
import { VoiceProblemLine } from './voice/voice-problem.tsx';
import css from './composer.module.css';

interface ComposerProps {
  channel: ChannelRef;
  /** Begins to edit a message that was sent. */
  onEdit: (message: MessageView) => void;
}

/** Where a message is written; one line with the reason where that is not possible. */
export function Composer({ channel, onEdit }: ComposerProps) {
  const { block, mute } = useBlocked(channel);
  return (
    <footer className={css['composer']} data-region="composer">
      <OutboxTray channel={channel} />
      {block ? (
        <ComposerBlocked channel={channel} block={block} mute={mute} />
      ) : (
        <Editor channel={channel} onEdit={onEdit} />
      )}
    </footer>
  );
}

function Editor({ channel, onEdit }: ComposerProps) {
  const t = useT();
  // What was written and sent may be recalled.
  useForgetting();
  const key = channelKey(channel);
  const writing = useComposer((state) => state.writings[key]) ?? emptyWriting;
  const info = useChannelInfo(key);
  const conversation = useConversation(key);
  const [emojiOpen, setEmojiOpen] = useState(false);
  const listId = useId();
  const { text, editing } = writing;
  const name = info?.remark || info?.name || conversation?.name || '';

  const textarea = useRef<HTMLTextAreaElement>(null);
  const field = useTextField(channel, writing, textarea);
  const popup = useMentionPopup(channel, writing, field);
  const sending = useSending(channel, writing);
  const signalTyping = useTypingSignal(channel);
  const onKeyDown = useComposerKeys({ channel, writing, field, popup, submit: sending.submit, onEdit });
  const offer = useCodeOffer(text, field);
  const onChange = (value: string, at: number): void => {
    field.setCaret(at);
    popup.textChanged(value);
    setText(channel, value);
    if (!editing && value.length > text.length) signalTyping();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const { files, folders } = filesOf(event.clipboardData);
    const plain = event.clipboardData.getData('text/plain');
    const html = event.clipboardData.getData('text/html');
    if (!pastesFiles({ files, folders, plain, html })) {
      offer.pasted(plain);
      return;
    }
    event.preventDefault();
    void attachFiles(channel, files, folders);
  };
  useChatCommand('emoji', () => setEmojiOpen((open) => !open));
  useVoiceKey(channel, editing !== null);
  const voiceOpen = useVoiceOpen(channel);
  const { focus: focusField } = field;
  const wasOpen = useRef(voiceOpen);
  useLayoutEffect(() => {
    // What the panel held the focus for is over: back to the words.
    if (wasOpen.current && !voiceOpen) focusField();
    wasOpen.current = voiceOpen;
  }, [focusField, voiceOpen]);
  const onCancelReply = useSameHandler(() => {
    cancelReply(channel);
    field.focus();
  });
  const onCancelEdit = useSameHandler(() => {
    endEdit(channel);
    field.focus();
  });
  const onMention = useSameHandler(() => field.insert(needsSpace(text, field.caret) ? ' @' : '@'));
  const onSend = useSameHandler(sending.submit);
  const onEmoji = useSameHandler(() => setEmojiOpen(!emojiOpen));

  return (
    <div className={css['box']}>
      {popup.open && (
        <MentionPopup
          id={listId}
          candidates={popup.candidates}
          chosen={popup.chosen}
          onPick={popup.pick}
          onHover={popup.choose}
        />
      )}
      {emojiOpen && (
        <ComposerPanel
          channel={channel}
          onPick={field.insert}
          onClose={() => {
            setEmojiOpen(false);
            field.focus();
          }}
        />
      )}
      <FlameNote info={info} />
      <ElsewhereBar channel={channel} onAnswered={field.focus} />
      <ComposerBar
        channel={channel}
        reply={writing.reply}
        editing={editing}
        onCancelReply={onCancelReply}
        onCancelEdit={onCancelEdit}
      />
      <VoiceProblemLine channel={channel} onClosed={field.focus} />
      {voiceOpen && <VoicePanel channel={channel} />}
      <div hidden={voiceOpen}>
        {sending.attached && (
          <>
            <AttachmentTray channel={channel} tray={sending.tray} onEmpty={() => field.focus()} />
            <ImageNotes channel={channel} tray={sending.tray} />
          </>
        )}
        <NativeTextarea
          ref={textarea}
          className={css['input']}
          rows={1}
          value={text}
          past={`${writing.revision}.${writing.past}`}
          // Else Chromium writes what stands here to its session files, where no recall reaches it.
          autoComplete="off"
          dir="auto"
          data-testid="composer"
          data-region-entry
          aria-label={t('composer.hint', { name })}
          placeholder={t('composer.hint', { name })}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={popup.open ? listId : undefined}
          aria-activedescendant={popup.open ? `${listId}-${popup.chosen}` : undefined}
          aria-invalid={text.trim().length > MAX_TEXT_LENGTH || undefined}
          onChange={(event) => onChange(event.target.value, event.target.selectionStart)}
          onSelect={(event) => field.setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onFocus={() => setComposerFocus(channel, true)}
          onBlur={() => {
            setComposerFocus(channel, false);
            saveDraft(channel);
          }}
          onPaste={onPaste}
        />
        {offer.open && <CodeOfferBar onBlock={offer.asBlock} onPlain={offer.close} />}
        <ComposerTools
          channel={channel}
          editing={editing !== null}
          busy={sending.tray.busy}
          ready={sending.ready}
          emojiOpen={emojiOpen}
          onEmoji={onEmoji}
          onMention={onMention}
          onPicked={field.focus}
          onSend={onSend}
        />
      </div>
      {sending.slow && (
        <SlowFileDialog slow={sending.slow} onSend={sending.sendSlow} onCancel={sending.keepSlow} />
      )}
    </div>
  );
}

/** An @ behind a word would be part of it. */
function needsSpace(text: string, caret: number): boolean {
  return /[A-Za-z0-9._-]/.test(text[caret - 1] ?? '');
}
