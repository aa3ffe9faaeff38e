import { useCallback, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { NoticeView } from '../../../shared/ipc/contract/notices.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { PeopleList, PeopleTabs, PersonRow } from '../../ui/people-tabs.tsx';
import { Popover } from '../../ui/popover.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import css from './pages.module.css';

/** Named in the message that reminds; the others are meant without a name. */
const MOST_NAMED = 20;

/** How many have read the notice. Owner and managers see who, and remind the rest: once a day, says the server. */
export function NoticeReaders({
  channel,
  notice,
  leads,
  onChanged,
}: {
  channel: ChannelRef;
  notice: NoticeView;
  leads: boolean;
  onChanged: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const offline = useOffline();
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const { id, readers } = notice;
  if (id === null || !readers) return null;
  const nowMs = serverNow();
  const later = readers.remindFrom * 1000 > nowMs;
  const remind = (): void =>
    void attempt(async () => {
      const uids = await call('notices.remind', { channel, id });
      if (uids.length > 0) {
        const named = await call('channels.members', { channel, uids: uids.slice(0, MOST_NAMED) });
        const names = named.map((member) => `@${member.remark || member.name}`).join(' ');
        const text = `${names} ${t('grp.noticeRemindSay')}`;
        const mention = { all: false, uids };
        await call('messages.send', { channel, text, mention, replyToMessageId: null });
      }
      showToast({ text: t('grp.noticeReminded', { n: uids.length }), tone: 'success' });
      onChanged();
    });
  if (!leads)
    return (
      <div className={css['readers']}>
        <span className={css['read']}>{t('grp.noticeRead', { n: readers.read })}</span>
      </div>
    );
  return (
    <div className={css['readers']}>
      <button
        type="button"
        className={css['read']}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget.getBoundingClientRect())}
      >
        {t('grp.noticeRead', { n: readers.read })}
      </button>
      {readers.unread > 0 &&
        (later ? (
          <span className={css['line']}>
            {t('grp.noticeRemindLater', {
              // (Within a day: the time says it.)
              t: clockTime(language, readers.remindFrom * 1000),
            })}
          </span>
        ) : (
          <TextButton why={offline ? t('off.need') : null} onClick={remind}>
            {t('grp.noticeRemind', { n: readers.unread })}
          </TextButton>
        ))}
      {anchor && (
        <Popover
          label={t('grp.noticeReaders')}
          anchor={{ x: anchor.left, y: anchor.bottom + 4, avoid: anchor }}
          className={css['popover']}
          onClose={() => setAnchor(null)}
        >
          <ReaderTabs channel={channel} id={id} read={readers.read} unread={readers.unread} />
        </Popover>
      )}
    </div>
  );
}

function ReaderTabs({
  channel,
  id,
  read,
  unread,
}: {
  channel: ChannelRef;
  id: number;
  read: number;
  unread: number;
}) {
  const t = useT();
  const [tab, setTab] = useState<'read' | 'unread'>('read');
  return (
    <PeopleTabs
      label={t('grp.noticeReaders')}
      tabs={[
        { id: 'read', label: t('grp.noticeReadTab', { n: read }) },
        { id: 'unread', label: t('grp.noticeUnreadTab', { n: unread }) },
      ]}
      selected={tab}
      onSelect={setTab}
    >
      <Readers key={tab} channel={channel} id={id} read={tab === 'read'} />
    </PeopleTabs>
  );
}

function Readers({ channel, id, read }: { channel: ChannelRef; id: number; read: boolean }) {
  const t = useT();
  const language = useLanguage();
  const offline = useOffline();
  const [tries, setTries] = useState(0);
  const { channelId, channelType } = channel;
  const load = useCallback(
    () => call('notices.readers', { channel: { channelId, channelType }, id, read }),
    [channelId, channelType, id, read],
  );
  const { value, failed } = useLoaded(load, tries);
  const when = (atMs: number): string => {
    const day = listTime(language, atMs, serverNow(), t('flow.yesterday'));
    const time = clockTime(language, atMs);
    return day === time ? day : `${day} ${time}`;
  };
  return (
    <PeopleList
      rows={
        value?.map(({ uid, name, timestamp }) => (
          <PersonRow key={uid} uid={uid} name={name} testId="notice-reader">
            {timestamp > 0 && <span className={css['when']}>{when(timestamp * 1000)}</span>}
          </PersonRow>
        )) ?? null
      }
      problem={failed ? t(offline ? 'off.need' : 'error.network') : null}
      onRetry={() => setTries(tries + 1)}
      nobody={t('grp.noticeNobody')}
    />
  );
}
