import type { ReactNode } from 'react';
import { ChannelType, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { openProfile } from '../../../state/window/ui-store.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { cx } from '../../../ui/cx.ts';
import { RoleTag } from '../../../ui/role-tag.tsx';
import css from './message-row.module.css';

function openAuthor(from: Element, { channel, fromUid }: MessageView): void {
  if (fromUid === '') return;
  const groupNo = channel.channelType === ChannelType.group ? channel.channelId : null;
  openProfile(from, { uid: fromUid, groupNo });
}

/** Around what somebody says: face and name where a group of messages starts, and the side it stands on. */
export function MessageFrame({
  message,
  groupStart,
  personChat,
  tabIndex,
  children,
}: {
  message: MessageView;
  groupStart: boolean;
  personChat: boolean;
  tabIndex: 0 | -1;
  children: ReactNode;
}) {
  const t = useT();
  return (
    <>
      {!message.own &&
        (groupStart ? (
          <button
            type="button"
            className={css['face']}
            tabIndex={message.fromUid ? tabIndex : -1}
            aria-label={t('prof.open', { name: message.fromName })}
            onClick={(event) => openAuthor(event.currentTarget, message)}
          >
            <Avatar id={message.fromUid} name={message.fromName} size={36} />
          </button>
        ) : (
          <span />
        ))}
      <div className={css['body']}>
        {!message.own && groupStart && !personChat && (
          <div className={css['who']}>
            <button
              type="button"
              className={cx('ellipsis', css['whoName'])}
              // The face beside it is the one stop of Tab, and of readers.
              tabIndex={-1}
              aria-hidden="true"
              onClick={(event) => openAuthor(event.currentTarget, message)}
            >
              <bdi>{message.fromName}</bdi>
            </button>
            <RoleTag role={message.fromRole} />
          </div>
        )}
        {children}
      </div>
    </>
  );
}
