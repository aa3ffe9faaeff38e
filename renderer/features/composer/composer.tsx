import { AtSign, Send, Smile } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { ChannelType, channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { MAX_TEXT_LENGTH } from '../../../shared/ipc/contract.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt, errorText } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import { useChannelInfo, useConversation, useSession } from '../../state/session/session-store.ts';
import { setChatSearchOpen, useUi } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AttachButtons } from './attach-buttons.tsx';
import {
  attachFiles,
  emptyTray,
  sendTray,
  UnreadableFile,
  useTrays,
} from '../../state/composer/attachment-store.ts';
import { AttachmentTray } from './attachment-tray.tsx';
import { filesOf } from '../../state/composer/attachments.ts';
import { isRecalled } from '../../state/messages/is-recalled.ts';
import { enterFlow } from '../../state/messages/flow-entry.ts';
import { ComposerBlocked, useComposerBlock } from './composer-blocked.tsx';
import { ComposerBar } from './composer-bars.tsx';
import {
  cancelReply,
  clearWriting,
  emptyWriting,
  endEdit,
  restoreWriting,
  saveDraft,
  setText,
  useComposer,
} from '../../state/composer/composer-store.ts';
import { EmojiPopover } from './emoji-popover.tsx';
import type { Candidate } from './mention-candidates.ts';
import {
  insertMention,
  mentionBefore,
  mentionQueryAt,
  mentionsOf,
} from '../../state/composer/mention-tokens.ts';
import { MentionPopup } from './mention-popup.tsx';
import { useMentionCandidates } from './use-mention-candidates.ts';
import css from './composer.module.css';

const COUNTER_FROM = 4_800;
/** The peer's mark lasts longer than this: one signal per span is enough. */
const TYPING_EVERY_MS = 4_000;

interface ComposerProps {
  channel: ChannelRef;
  /** Begins to edit a message that was sent. */
  onEdit: (message: MessageView) => void;
}

/** Where a message is written; one line with the reason where that is not possible. */
export function Composer({ channel, onEdit }: ComposerProps) {
  const block = useComposerBlock(channel);
  return (
    <footer className={css['composer']} data-region="composer">
      {block ? <ComposerBlocked block={block} /> : <Editor channel={channel} onEdit={onEdit} />}
    </footer>
  );
}

/** The focus request that was served last, over all composers: opening a chat asks once. */
let servedFocus = 0;

function Editor({ channel, onEdit }: ComposerProps) {
  const t = useT();
  // What was written and sent may be recalled.
  useForgetting();
  const key = channelKey(channel);
  const group = channel.channelType === ChannelType.group;
  const writing = useComposer((state) => state.writings[key]) ?? emptyWriting;
  const info = useChannelInfo(key);
  const conversation = useConversation(key);
  const sendKey = useSession((state) => state.shell?.settings.sendKey ?? 'enter');
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  const focusRequest = useUi((state) => state.composerFocus);
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  /** Chosen option, valid for the query it was chosen for. */
  const [choice, setChoice] = useState({ query: '', index: 0 });
  const [emojiOpen, setEmojiOpen] = useState(false);
  const listId = useId();
  const { text, picked, editing } = writing;
  const name = info?.remark || info?.name || conversation?.name || '';

  // ---- size, focus, caret
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [text]);
  useEffect(() => {
    // The count starts anew with every account.
    const due = focusRequest > 0 && focusRequest !== servedFocus;
    servedFocus = focusRequest;
    if (due) field.current?.focus();
  }, [focusRequest]);
  const nextCaret = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    const at = nextCaret.current ?? element.value.length;
    nextCaret.current = null;
    element.setSelectionRange(at, at);
    setCaret(at);
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [writing.revision]);
  useLayoutEffect(() => {
    if (nextCaret.current === null) return;
    field.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    setCaret(nextCaret.current);
    nextCaret.current = null;
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [text]);

  // ---- mentions
  const typed = group ? mentionQueryAt(text, caret) : null;
  // Esc closes the popup for this @ only.
  const query = typed && closedAt !== typed.start ? typed.query : null;
  const candidates = useMentionCandidates(channel, query);
  const popup = candidates.length > 0;
  const chosen = choice.query === typed?.query ? Math.min(choice.index, candidates.length - 1) : 0;
  const choose = (index: number): void => setChoice({ query: typed?.query ?? '', index });

  const pick = (candidate: Candidate): void => {
    if (!typed) return;
    const next = insertMention(text, caret, typed.start, candidate.name);
    nextCaret.current = next.caret;
    setText(channel, next.text, [...picked.filter((entry) => entry.uid !== candidate.uid), candidate]);
    field.current?.focus();
  };
  const insert = (piece: string): void => {
    const element = field.current;
    const start = element?.selectionStart ?? text.length;
    const end = element?.selectionEnd ?? start;
    nextCaret.current = start + piece.length;
    setText(channel, text.slice(0, start) + piece + text.slice(end));
    element?.focus();
  };

  // ---- sending
  const length = text.trim().length;
  const tooLong = length > MAX_TEXT_LENGTH;
  const tray = useTrays((state) => state.trays[key]) ?? emptyTray;
  // An edit changes words only: what is attached waits for the next message.
  const attached = !editing && tray.items.length > 0;
  const ready = (length > 0 || attached) && !tooLong && !(attached && tray.busy);
  const submit = (): void => {
    if (!ready) return;
    const body = text.trim();
    if (editing) {
      const target = editing;
      void attempt(async () => {
        await call('messages.edit', { channel, key: target.key, text: body });
        if (useComposer.getState().writings[key]?.editing?.key === target.key) endEdit(channel);
      });
      return;
    }
    const sent = writing;
    const replyToMessageId = sent.reply && !sent.reply.gone ? sent.reply.messageId : null;
    clearWriting(channel);
    if (useMessageStore.getState().channels[key]?.window.hasNewer)
      void useMessageStore.getState().loadLatest(channel);
    const words = { text: body, mention: mentionsOf(body, picked), replyToMessageId };
    const send = async (): Promise<void> => {
      try {
        if (attached) await sendTray(channel, words);
        else await call('messages.send', { channel, ...words });
      } catch (error) {
        restoreWriting(channel, sent);
        if (!(error instanceof UnreadableFile)) throw error;
        showToast({ tone: 'error', text: t('attach.unreadable') });
      }
    };
    // What is attached is still in the tray after a failure, and the words are back: sending again is the user's.
    if (attached) void send().catch((error: unknown) => showToast({ tone: 'error', text: errorText(error) }));
    else void attempt(send);
  };

  const lastTypingAt = useRef(0);
  const onChange = (value: string, at: number): void => {
    setCaret(at);
    if (closedAt !== null && value[closedAt] !== '@') setClosedAt(null);
    setText(channel, value);
    const now = Date.now();
    if (editing || value.length <= text.length || now - lastTypingAt.current < TYPING_EVERY_MS) return;
    lastTypingAt.current = now;
    call('messages.typing', { channel }).catch(() => {
      // Logged by `call`; nobody waits for it.
    });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes, its keys (also Enter) are its own. 229: keys of methods that report no composition.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (handleKey(event)) event.preventDefault();
  };
  function handleKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
    if (popup && handlePopupKey(event)) return true;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    switch (event.key) {
      case 'Enter': {
        const modified = event.ctrlKey || event.metaKey;
        if (event.shiftKey || event.altKey) return false;
        if (sendKey === 'enter' ? plain : modified) submit();
        else if (modified) insert('\n');
        else return false;
        return true;
      }
      case 'Escape':
        return closeTopLayer();
      case 'ArrowUp':
        if (!plain || text !== '' || editing) return false;
        return editLast();
      case 'End':
        if (!plain || text !== '') return false;
        enterFlow('showLatest');
        return true;
      case 'Tab':
        if (!event.shiftKey) return false;
        enterFlow('focusNewest');
        return true;
      case 'Backspace': {
        const { selectionStart, selectionEnd } = event.currentTarget;
        if (!plain || selectionStart !== selectionEnd) return false;
        const range = mentionBefore(text, selectionStart, picked);
        if (!range) return false;
        nextCaret.current = range.start;
        setText(channel, text.slice(0, range.start) + text.slice(range.end));
        return true;
      }
      default:
        return false;
    }
  }
  function handlePopupKey(event: KeyboardEvent): boolean {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        choose((chosen + step + candidates.length) % candidates.length);
        return true;
      }
      case 'Enter':
      case 'Tab': {
        const candidate = candidates[chosen];
        if (event.shiftKey || !candidate) return false;
        pick(candidate);
        return true;
      }
      case 'Escape':
        setClosedAt(typed?.start ?? null);
        event.stopPropagation();
        return true;
      default:
        return false;
    }
  }
  function closeTopLayer(): boolean {
    if (editing) endEdit(channel);
    else if (writing.reply) cancelReply(channel);
    else if (useUi.getState().chatSearchOpen) setChatSearchOpen(false);
    else return false;
    return true;
  }
  function editLast(): boolean {
    const loaded = useMessageStore.getState().channels[key]?.window;
    const message = loaded?.keys
      .map((k) => loaded.byKey.get(k))
      .findLast((m) => m?.own && m.messageId !== null && m.content.kind === 'text' && !isRecalled(m));
    if (message) onEdit(message);
    return message !== undefined;
  }

  return (
    <div className={css['box']}>
      {popup && (
        <MentionPopup id={listId} candidates={candidates} chosen={chosen} onPick={pick} onHover={choose} />
      )}
      {emojiOpen && (
        <EmojiPopover
          onPick={(emoji) => {
            setEmojiOpen(false);
            insert(emoji);
          }}
          onClose={() => {
            setEmojiOpen(false);
            field.current?.focus();
          }}
        />
      )}
      <ComposerBar
        channel={channel}
        writing={writing}
        onCancelReply={() => {
          cancelReply(channel);
          field.current?.focus();
        }}
        onCancelEdit={() => {
          endEdit(channel);
          field.current?.focus();
        }}
      />
      {attached && <AttachmentTray channel={channel} tray={tray} onEmpty={() => field.current?.focus()} />}
      <textarea
        ref={field}
        className={css['input']}
        rows={1}
        value={text}
        // Else Chromium writes what stands here to its session files, where no recall reaches it.
        autoComplete="off"
        data-testid="composer"
        data-region-entry
        aria-label={t('composer.hint', { name })}
        placeholder={t('composer.hint', { name })}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={popup ? listId : undefined}
        aria-activedescendant={popup ? `${listId}-${chosen}` : undefined}
        aria-invalid={tooLong || undefined}
        onChange={(event) => onChange(event.target.value, event.target.selectionStart)}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={() => saveDraft(channel)}
        onPaste={(event) => {
          const { files, folders } = filesOf(event.clipboardData);
          // Words that bring their picture along (a spreadsheet's cells) are words.
          if (files.length + folders === 0 || event.clipboardData.getData('text/plain') !== '') return;
          event.preventDefault();
          if (!editing) void attachFiles(channel, files, folders);
        }}
      />
      <div className={css['tools']}>
        <IconButton
          icon={Smile}
          label={t('composer.emoji')}
          aria-expanded={emojiOpen}
          onClick={() => setEmojiOpen(!emojiOpen)}
        />
        <AttachButtons
          channel={channel}
          disabled={editing !== null || tray.busy}
          onPicked={() => field.current?.focus()}
        />
        {group && (
          <IconButton
            icon={AtSign}
            label={t('composer.mention')}
            onClick={() => insert(needsSpace(text, caret) ? ' @' : '@')}
          />
        )}
        <span className={css['grow']} />
        {length >= COUNTER_FROM ? (
          <output className={cx(css['counter'], tooLong && css['over'])} data-testid="composer-counter">
            {tooLong
              ? t('composer.tooLong', { n: length - MAX_TEXT_LENGTH })
              : t('composer.counter', { n: length, max: MAX_TEXT_LENGTH })}
          </output>
        ) : (
          <span className={css['hint']}>
            {sendKey === 'enter' ? (
              <>
                {t('composer.keys.enter')}
                <i className="dot-separator" />
                {t('composer.keys.newline')}
              </>
            ) : (
              <>
                {t('composer.keys.ctrlEnter', { key: mac ? '⌘' : 'Ctrl' })}
                <i className="dot-separator" />
                {t('composer.keys.enterNewline')}
              </>
            )}
          </span>
        )}
        <Button
          size="small"
          variant="primary"
          icon={editing ? undefined : Send}
          disabled={!ready}
          onClick={submit}
          data-testid="send"
        >
          {t(editing ? 'composer.save' : 'composer.send')}
        </Button>
      </div>
    </div>
  );
}

function needsSpace(text: string, caret: number): boolean {
  return /[A-Za-z0-9._-]/.test(text[caret - 1] ?? '');
}
