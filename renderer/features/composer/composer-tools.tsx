import { AtSign, Send, Smile } from 'lucide-react';
import { ChannelType, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_SHARED_DRAFT_LENGTH, MAX_TEXT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { useT } from '../../i18n/i18n.ts';
import type { Writing } from '../../state/composer/composer-store.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { AttachButtons } from './attach-buttons.tsx';
import { MicButton } from './voice/mic-button.tsx';
import type { Sending } from './use-sending.ts';
import type { TextField } from './use-text-field.ts';
import css from './composer-tools.module.css';

/** From here on the length is shown, characters. */
const COUNTER_FROM = 4_800;

/** The row under the text field: emoji, files, mention, what the keys do (or the length), and the send button. */
export function ComposerTools({
  channel,
  writing,
  field,
  sending,
  emojiOpen,
  onEmoji,
}: {
  channel: ChannelRef;
  writing: Writing;
  field: TextField;
  sending: Sending;
  emojiOpen: boolean;
  onEmoji: () => void;
}) {
  const t = useT();
  const keys = useKeys();
  const editing = writing.editing !== null;
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
        why={editing ? t('composer.noFilesInEdit') : sending.tray.busy ? t('composer.filesGoing') : null}
        onPicked={field.focus}
      />
      <MicButton channel={channel} why={editing ? t('voice.noEdit') : null} />
      {channel.channelType === ChannelType.group && (
        <IconButton
          icon={AtSign}
          label={t('composer.mention')}
          onClick={() => field.insert(needsSpace(writing.text, field.caret) ? ' @' : '@')}
        />
      )}
      <span className={css['grow']} />
      <LengthOrHint length={writing.text.trim().length} editing={editing} />
      <Button
        size="small"
        variant="primary"
        icon={editing ? undefined : Send}
        why={sending.ready ? null : t(editing ? 'composer.nothingToSave' : 'composer.nothingToSend')}
        onClick={sending.submit}
        data-testid="send"
      >
        {t(editing ? 'composer.save' : 'composer.send')}
      </Button>
    </div>
  );
}

function LengthOrHint({ length, editing }: { length: number; editing: boolean }) {
  const t = useT();
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

function needsSpace(text: string, caret: number): boolean {
  return /[A-Za-z0-9._-]/.test(text[caret - 1] ?? '');
}
