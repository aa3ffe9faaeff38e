import { Megaphone, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { type ChannelInfoView, type ChannelRef, Role } from '../../../shared/domain.ts';
import type { NoticeView } from '../../../shared/ipc/contract/notices.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { useOffline } from '../../state/session/offline.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { EditButton } from './edit-button.tsx';
import { NoticeDialog } from './notice-dialog.tsx';
import { NoticeReaders } from './notice-readers.tsx';
import css from './pages.module.css';

/** The notice with its author; history and readers where the server keeps them. */
export function NoticePage({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const offline = useOffline();
  const why = offline ? t('off.need') : null;
  const { channelId, channelType } = info.channel;
  const [changes, setChanges] = useState(0);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState<NoticeView | null>(null);
  const load = useCallback(
    () => call('notices.list', { channel: { channelId, channelType } }),
    [channelId, channelType],
  );
  const { value: notices } = useLoaded(load, `${info.notice}\n${changes}`);
  const leads = info.myRole === Role.owner || info.myRole === Role.manager;
  const changed = (): void => setChanges((n) => n + 1);
  useMarkRead(info.channel, notices?.[0], changed);
  if (notices === null) return <SkeletonRows rows={4} />;

  const current = info.notice === '' ? undefined : notices[0];
  const past = current ? notices.slice(1) : notices;
  return (
    <>
      {current ? (
        <Card dense>
          <article className={css['notice']} aria-label={t('group.notice')}>
            <Author notice={current}>
              {leads && (
                <EditButton label={t('group.editNotice')} why={why} onClick={() => setEditing(true)} />
              )}
            </Author>
            <p className={css['noticeText']} dir="auto">
              {current.content}
            </p>
            {current.readers && (
              <NoticeReaders channel={info.channel} notice={current} leads={leads} onChanged={changed} />
            )}
          </article>
        </Card>
      ) : (
        <EmptyState
          icon={Megaphone}
          text={t('group.noticeEmpty')}
          action={
            leads && (
              <Button why={why} onClick={() => setEditing(true)}>
                {t('grp.noticeEdit')}
              </Button>
            )
          }
        />
      )}
      {offline && leads && <p className={css['note']}>{t('off.need')}</p>}
      {past.length > 0 && (
        <>
          <h3 className={css['section']}>{t('grp.noticeHistory')}</h3>
          <Card dense>
            <ul aria-label={t('grp.noticeHistory')}>
              {past.map((notice) => (
                <Past
                  key={notice.id}
                  notice={notice}
                  mayRemove={leads && !offline}
                  onRemove={() => setRemoving(notice)}
                />
              ))}
            </ul>
          </Card>
        </>
      )}
      {editing && <NoticeDialog info={info} onClose={() => setEditing(false)} />}
      {removing?.id != null && (
        <RemoveQuestion
          channel={info.channel}
          id={removing.id}
          onDone={changed}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  );
}

/** Whoever sees the current notice has read it: said once. */
function useMarkRead(channel: ChannelRef, current: NoticeView | undefined, onRead: () => void): void {
  const id = current?.readers && !current.readers.mine ? current.id : null;
  const { channelId, channelType } = channel;
  useEffect(() => {
    if (id === null) return;
    void call('notices.markRead', { channel: { channelId, channelType }, id }).then(onRead, () => undefined);
    // Once for a notice.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, channelId, channelType]);
}

function useTime(): (timestamp: number) => string {
  const t = useT();
  const language = useLanguage();
  return (timestamp) => {
    const atMs = timestamp * 1000;
    const day = listTime(language, atMs, serverNow(), t('flow.yesterday'));
    const clock = clockTime(language, atMs);
    return day === clock ? clock : `${day} ${clock}`;
  };
}

function Author({ notice, children }: { notice: NoticeView; children?: React.ReactNode }) {
  const timeOf = useTime();
  const { author, timestamp } = notice;
  return (
    <div className={css['author']}>
      {author.name !== '' && (
        <>
          <Avatar id={author.uid} name={author.name} size={24} />
          <bdi className={css['name']}>{author.name}</bdi>
        </>
      )}
      <span className={css['when']}>{timestamp > 0 && timeOf(timestamp)}</span>
      {children}
    </div>
  );
}

function Past({
  notice,
  mayRemove,
  onRemove,
}: {
  notice: NoticeView;
  mayRemove: boolean;
  onRemove: () => void;
}) {
  const t = useT();
  const timeOf = useTime();
  return (
    <li className={css['past']}>
      <span className={css['words']}>
        <span className={css['pastText']} dir="auto">
          {notice.content}
        </span>
        <span className={css['line']}>
          {timeOf(notice.timestamp)}
          <i className="dot-separator" />
          <bdi>{notice.author.name}</bdi>
        </span>
      </span>
      {mayRemove && (
        <IconButton icon={Trash2} label={t('grp.noticeRemove')} size={28} iconSize={14} onClick={onRemove} />
      )}
    </li>
  );
}

function RemoveQuestion({
  channel,
  id,
  onDone,
  onClose,
}: {
  channel: ChannelRef;
  id: number;
  onDone: () => void;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <ConfirmDialog
      title={t('grp.noticeRemoveTitle')}
      confirmLabel={t('grp.noticeRemove')}
      danger
      onCancel={onClose}
      onConfirm={async (isOpen) => {
        await call('notices.remove', { channel, id });
        onDone();
        if (isOpen()) onClose();
      }}
    >
      {t('grp.noticeRemoveBody')}
    </ConfirmDialog>
  );
}
