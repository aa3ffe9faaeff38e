import { type LucideIcon, MonitorSmartphone, Pencil, Reply, RotateCcw, X } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { cutWithMark } from '../../../shared/text-cut.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { useForgetting } from '../../state/forget.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { contentLine } from '../../text/message-text.ts';
import { answerElsewhere, useComposer, type Writing } from '../../state/composer/composer-store.ts';
import css from './composer-bars.module.css';

interface ComposerBarProps {
  channel: ChannelRef;
  /** What is being written. */
  reply: Writing['reply'];
  editing: Writing['editing'];
  onCancelReply: () => void;
  onCancelEdit: () => void;
}

/** The bar above the input, one at a time: edit, reply, or the quote that is gone. Not drawn anew for each letter. */
export const ComposerBar = memo(function ComposerBar(props: ComposerBarProps) {
  return props.reply || props.editing ? <OpenBar {...props} /> : null;
});

function OpenBar({ channel, reply, editing, onCancelReply, onCancelEdit }: ComposerBarProps) {
  const t = useT();
  const language = useLanguage();
  useForgetting();
  // Read live: what is recalled is not here a frame longer than in the flow.
  const edited = useLoaded(channel, (message) => message.key === editing?.key);
  const quoted = useLoaded(channel, (message) => reply !== null && message.messageId === reply.messageId);
  if (editing) {
    return (
      <Bar icon={Pencil} testId="edit-bar" cancel={t('composer.cancelEdit')} onCancel={onCancelEdit}>
        <b>{t('composer.editing')}</b>
        <span className="ellipsis">{edited ? contentLine(edited.content, language) : ''}</span>
      </Bar>
    );
  }
  if (!reply) return null;
  const cancel = { cancel: t('composer.cancelReply'), onCancel: onCancelReply };
  if (reply.gone || quoted?.recall?.state === 'done') {
    return (
      <Bar icon={RotateCcw} testId="reply-gone" gone {...cancel}>
        {t('composer.quoteGone')}
      </Bar>
    );
  }
  return (
    <Bar icon={Reply} testId="reply-bar" {...cancel}>
      <b className="ellipsis">{t('composer.replyTo', { name: quoted?.fromName ?? reply.fromName })}</b>
      <span className="ellipsis">
        <bdi>{quoted ? contentLine(quoted.content, language) : ''}</bdi>
      </span>
    </Bar>
  );
}

/** A draft of another device that came while words stood under the cursor here. */
export const ElsewhereBar = memo(function ElsewhereBar({
  channel,
  onAnswered,
}: {
  channel: ChannelRef;
  onAnswered: () => void;
}) {
  const t = useT();
  const text = useComposer((state) => state.elsewhere[channelKey(channel)]);
  if (text === undefined) return null;
  const answer = (how: 'append' | 'drop') => (): void => {
    answerElsewhere(channel, how);
    onAnswered();
  };
  return (
    <Bar
      icon={MonitorSmartphone}
      testId="elsewhere-bar"
      cancel={t('composer.elsewhereDrop')}
      onCancel={answer('drop')}
      action={<TextButton onClick={answer('append')}>{t('composer.elsewhereAdd')}</TextButton>}
    >
      <b>{t('composer.elsewhere')}</b>
      <span className="ellipsis">
        <bdi>{cutWithMark(text, 200)}</bdi>
      </span>
    </Bar>
  );
});

/** `cancel`: name of the button that takes the bar away. */
function Bar({
  icon,
  testId,
  gone = false,
  cancel,
  onCancel,
  action,
  children,
}: {
  icon: LucideIcon;
  testId: string;
  gone?: boolean;
  cancel: string;
  onCancel: () => void;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={cx(css['bar'], gone && css['barGone'])} data-testid={testId}>
      <Icon of={icon} size={14} />
      <span>{children}</span>
      {action}
      <IconButton icon={X} size={28} iconSize={14} label={cancel} onClick={onCancel} />
    </div>
  );
}

function useLoaded(channel: ChannelRef, matches: (message: MessageView) => boolean): MessageView | undefined {
  return useMessageStore((state) => {
    const loaded = state.channels[channelKey(channel)]?.window;
    for (const message of loaded?.byKey.values() ?? []) if (matches(message)) return message;
    return undefined;
  });
}
