import { Pencil, Reply, RotateCcw, X } from 'lucide-react';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { useMessageStore } from '../../state/message-store.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { contentText } from '../messages/message-text.ts';
import type { Writing } from './composer-store.ts';
import css from './composer.module.css';

/** The bar above the input, one at a time: edit, reply, or the quote that is gone. */
export function ComposerBar({
  channel,
  writing,
  onCancelReply,
  onCancelEdit,
}: {
  channel: ChannelRef;
  writing: Writing;
  onCancelReply: () => void;
  onCancelEdit: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const { reply, editing } = writing;
  // Read live: what is recalled is not here a frame longer than in the flow.
  const edited = useLoaded(channel, (message) => message.key === editing?.key);
  const quoted = useLoaded(channel, (message) => reply !== null && message.messageId === reply.messageId);
  if (editing) {
    return (
      <div className={css['bar']} data-testid="edit-bar">
        <Icon of={Pencil} size={14} />
        <span>
          <b>{t('composer.editing')}</b>
          <span className="ellipsis">{edited ? contentText(edited.content, language) : ''}</span>
        </span>
        <IconButton
          icon={X}
          size={28}
          iconSize={14}
          label={t('composer.cancelEdit')}
          onClick={onCancelEdit}
        />
      </div>
    );
  }
  if (!reply) return null;
  const gone = reply.gone || quoted?.recall?.state === 'done';
  if (gone) {
    return (
      <div className={cx(css['bar'], css['barGone'])} data-testid="reply-gone">
        <Icon of={RotateCcw} size={14} />
        <span>{t('composer.quoteGone')}</span>
        <IconButton
          icon={X}
          size={28}
          iconSize={14}
          label={t('composer.cancelReply')}
          onClick={onCancelReply}
        />
      </div>
    );
  }
  return (
    <div className={css['bar']} data-testid="reply-bar">
      <Icon of={Reply} size={14} />
      <span>
        <b className="ellipsis">{t('composer.replyTo', { name: quoted?.fromName ?? reply.fromName })}</b>
        <span className="ellipsis">{quoted ? contentText(quoted.content, language) : ''}</span>
      </span>
      <IconButton
        icon={X}
        size={28}
        iconSize={14}
        label={t('composer.cancelReply')}
        onClick={onCancelReply}
      />
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
