import { AtSign, Send, Smile } from 'lucide-react';
import { memo } from 'react';
import { ChannelType, channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_SHARED_DRAFT_LENGTH, MAX_TEXT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { useT } from '../../i18n/i18n.ts';
import { useComposer } from '../../state/composer/composer-store.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { AttachButtons } from './attach-buttons.tsx';
import { MicButton } from './voice/mic-button.tsx';
import css from './composer-tools.module.css';

/** From here on the length is shown, characters. */
const COUNTER_FROM = 4_800;

interface ComposerToolsProps {
  channel: ChannelRef;
  /** A message that was sent is edited. */
  editing: boolean;
  /** What is attached is on its way. */
  busy: boolean;
  /** There is something to send. */
  ready: boolean;
  emojiOpen: boolean;
  onEmoji: () => void;
  onMention: () => void;
  onPicked: () => void;
  onSend: () => void;
}

/**
 * The row under the text field: emoji, files, mention, what the keys do (or the length), and the send button. Not drawn
 * anew for each letter.
 */
export const ComposerTools = memo(function ComposerTools({
  channel,
  editing,
  busy,
  ready,
  emojiOpen,
  onEmoji,
  onMention,
  onPicked,
  onSend,
}: ComposerToolsProps) {
  const t = useT();
  const keys = useKeys();
  return (
    <div className={css['tools']}>
      <IconButton
        icon={Smile}
        label={t('composer.emoji')}
        keys={keys('emoji')}
        aria-expanded={emojiOpen}
        data-emoji-button
        onClick={onEmoji}
      />
      <AttachButtons
        channel={channel}
        why={editing ? t('composer.noFilesInEdit') : busy ? t('composer.filesGoing') : null}
        onPicked={onPicked}
      />
      <MicButton channel={channel} why={editing ? t('voice.noEdit') : null} />
      {channel.channelType === ChannelType.group && (
        <IconButton icon={AtSign} label={t('composer.mention')} onClick={onMention} />
      )}
      <span className={css['grow']} />
      <LengthOrHint channel={channel} editing={editing} />
      <Button
        size="small"
        variant="primary"
        icon={editing ? undefined : Send}
        why={ready ? null : t(editing ? 'composer.nothingToSave' : 'composer.nothingToSend')}
        onClick={onSend}
        data-testid="send"
      >
        {t(editing ? 'composer.save' : 'composer.send')}
      </Button>
    </div>
  );
});

/** What the keys do; the length where it matters. Drawn anew for a letter only there. */
function LengthOrHint({ channel, editing }: { channel: ChannelRef; editing: boolean }) {
  const t = useT();
  const key = channelKey(channel);
  const length = useComposer((state) => lengthToSay(state.writings[key]?.text ?? ''));
  const sendKey = useSession((state) => state.shell?.settings.sendKey ?? 'enter');
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  if (length >= COUNTER_FROM) {
    const tooLong = length > MAX_TEXT_LENGTH;
    return (
      <output className={cx(css['counter'], tooLong && css['over'])} data-testid="composer-counter">
        {tooLong
          ? t('composer.tooLong', { n: length - MAX_TEXT_LENGTH })
          : t('composer.counter', { n: length, max: MAX_TEXT_LENGTH })}
      </output>
    );
  }
  if (length > MAX_SHARED_DRAFT_LENGTH && !editing) {
    return <span className={css['note']}>{t('composer.draftHere', { max: MAX_SHARED_DRAFT_LENGTH })}</span>;
  }
  return (
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
  );
}

/** 0 = nothing is said of it. */
function lengthToSay(text: string): number {
  if (text.length <= MAX_SHARED_DRAFT_LENGTH) return 0;
  return text.trim().length;
}
