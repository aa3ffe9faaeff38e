import { useState } from 'react';
import { channelKey } from '../../../shared/domain.ts';
import type { ChatStorage } from '../../../shared/ipc/contract/storage.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { useChatDetails } from '../../state/session/chat-details.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { ToldApartName } from '../../ui/told-apart-name.tsx';
import css from './storage.module.css';

/** As many as are seen at a glance. */
const FIRST = 5;

/** How much the files of each chat take; they can be cleared chat by chat (system.png 7 and 8). */
export function StorageByChat({
  chats,
  more,
  locked,
  onCleared,
}: {
  chats: readonly ChatStorage[];
  /** Chats that take less than these. */
  more: number;
  /** Why nothing can be cleared now; null = it can. */
  locked: string | null;
  onCleared: () => void;
}) {
  const t = useT();
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<ChatStorage | null>(null);
  const details = useChatDetails();
  if (chats.length === 0) return null;
  return (
    <>
      <h2 className={css['section']}>{t('set.storage.byChat')}</h2>
      <Card>
        <ul className={css['chats']} data-testid="storage-by-chat">
          {(all ? chats : chats.slice(0, FIRST)).map((chat) => (
            <Chat
              key={channelKey(chat.channel)}
              chat={chat}
              detail={details.get(channelKey(chat.channel))}
              locked={locked}
              onClear={() => setAsked(chat)}
            />
          ))}
        </ul>
        {chats.length > FIRST && (
          <div className={css['all']}>
            <TextButton aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t('set.storage.fewer') : t('set.storage.allChats', { n: chats.length })}
            </TextButton>
          </div>
        )}
      </Card>
      <p className={css['note']}>
        {t('set.storage.recalledGone')}
        {all && more > 0 ? ` ${t('set.storage.moreChats', { n: more })}` : ''}
      </p>
      {asked && (
        <ConfirmDialog
          danger
          title={t('set.storage.clearChatTitle', {
            size: byteSize(asked.bytes - asked.keptBytes),
            X: wholeName(t, asked.name, details.get(channelKey(asked.channel))),
          })}
          confirmLabel={t('set.storage.clear')}
          onCancel={() => setAsked(null)}
          onConfirm={async () => {
            const { files, bytes } = await call('storage.clearChat', { channel: asked.channel });
            setAsked(null);
            onCleared();
            showToast({
              text: t('set.storage.cleared', { n: files, size: byteSize(bytes) }),
              tone: 'success',
            });
          }}
        >
          {t('set.storage.clearChatBody')}
        </ConfirmDialog>
      )}
    </>
  );
}

/** For texts: with what tells the chat from another of that name. */
const wholeName = (t: Translate, name: string, detail: string | undefined): string =>
  detail === undefined ? name : t('acct.named', { name, tag: detail });

function Chat({
  chat: { channel, name, files, bytes, keptFiles },
  detail,
  locked,
  onClear,
}: {
  chat: ChatStorage;
  detail: string | undefined;
  locked: string | null;
  onClear: () => void;
}) {
  const t = useT();
  const only = files === keptFiles;
  return (
    <li className={css['chat']}>
      <Avatar id={channel.channelId} name={name} channelType={channel.channelType} size={36} />
      <span className={css['who']}>
        <span className="ellipsis">
          <ToldApartName name={name || channel.channelId} detail={detail} />
        </span>
        <span className={css['count']}>
          {t('set.storage.mediaN', { n: files })}
          {keptFiles > 0 &&
            ` · ${only ? t('set.storage.onlyKept') : t('set.storage.kept', { n: keptFiles })}`}
        </span>
      </span>
      <span className={css['bytes']}>{byteSize(bytes)}</span>
      <Button
        size="small"
        why={locked ?? (only ? t('set.storage.onlyKept') : null)}
        aria-label={t('set.storage.clearOf', { X: wholeName(t, name, detail) })}
        onClick={onClear}
      >
        {t('set.storage.clear')}
      </Button>
    </li>
  );
}
