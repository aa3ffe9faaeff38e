import {
  CircleAlert,
  CircleHelp,
  Download,
  File,
  Image,
  type LucideIcon,
  Mic,
  MonitorSmartphone,
  ShieldCheck,
  Type,
  Undo2,
  Video,
} from 'lucide-react';
import { useId, useState } from 'react';
import { channelKey, type ChannelRef, type MemberView, Role } from '../../../shared/domain.ts';
import { type GroupRecallView, RECALL_LOG_DAYS } from '../../../shared/ipc/contract/groups.ts';
import { type PlainKey, type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { fullTime, listTime } from '../../i18n/time-format.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { attempt } from '../../state/errors.ts';
import { useConversation, useMembers, useSession } from '../../state/session/session-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { showToast } from '../../ui/toast.tsx';
import { toldApart } from '../../text/told-apart.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { KIND_NAMES, MOST_SAVED, saveRecallLog } from './recall-log-table.ts';
import { memberName } from './member-order.ts';
import { memberFacts } from './use-found-members.ts';
import { type RecallLogDays, useGroupRecalls } from './use-group-recalls.ts';
import css from './pages.module.css';

const ICONS: Record<GroupRecallView['kind'], LucideIcon> = {
  text: Type,
  image: Image,
  voice: Mic,
  video: Video,
  file: File,
  other: CircleHelp,
};

const SPANS: Record<RecallLogDays, PlainKey> = {
  7: 'grp.recalls7',
  30: 'grp.recalls30',
  0: 'grp.recallsAll',
};

/** Who recalled whose message when, for owner and managers: the kind of the message, never its words. */
export function RecallsPage({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const [days, setDays] = useState<RecallLogDays>(7);
  const [byUid, setByUid] = useState('');
  const members = useMembers(channelKey(channel));
  const recalls = useGroupRecalls(channel, days, byUid);
  return (
    <>
      <Card dense>
        <SelectRow
          label={t('grp.recallsBy')}
          value={byUid}
          options={[{ value: '', label: t('grp.recallsAnybody') }, ...toChoose(t, members)]}
          onChange={setByUid}
        />
        <SelectRow
          label={t('grp.recallsSpan')}
          value={String(days)}
          options={RECALL_LOG_DAYS.map((span) => ({ value: String(span), label: t(SPANS[span]) }))}
          onChange={(value) => setDays(RECALL_LOG_DAYS.find((span) => String(span) === value) ?? 7)}
        />
      </Card>
      {recalls.local && (
        <p className={css['note']} role="note" data-testid="recalls-local">
          <Icon of={MonitorSmartphone} size={14} /> {t('grp.recallsLocal')}
        </p>
      )}
      <Rows recalls={recalls} />
      <p className={css['note']}>
        <Icon of={ShieldCheck} size={14} /> {t('grp.recallsNote')}
      </p>
      {recalls.log !== null && recalls.log.length > 0 && (
        <SaveLog channel={channel} days={days} byUid={byUid} />
      )}
    </>
  );
}

/** The whole log of this choice as a table for spreadsheets. */
function SaveLog({ channel, days, byUid }: { channel: ChannelRef; days: RecallLogDays; byUid: string }) {
  const t = useT();
  const language = useLanguage();
  const locked = useSession((state) => state.shell?.managed.export ?? false);
  const name = useConversation(channelKey(channel))?.name ?? '';
  const [busy, setBusy] = useState(false);
  const whyId = useId();
  const why = locked ? t('pol.by') : null;
  const save = async (): Promise<void> => {
    setBusy(true);
    await attempt(async () => {
      const { saved, more } = await saveRecallLog({ channel, days, byUid, name }, language);
      if (saved)
        showToast({
          text: more ? t('grp.recallsSavedSome', { n: MOST_SAVED }) : t('grp.recallsSaved'),
          tone: 'success',
        });
    });
    setBusy(false);
  };
  return (
    <div className={css['buttons']}>
      {why !== null && (
        <span id={whyId} className={css['note']}>
          {why}
        </span>
      )}
      <Button size="small" icon={Download} busy={busy} why={why} whyAt={whyId} onClick={() => void save()}>
        {t('grp.recallsSave')}
      </Button>
    </div>
  );
}

const leads = (member: MemberView): boolean => member.role !== Role.member;

/** Those in charge first: most recalls of others' messages are theirs. */
function toChoose(t: Translate, members: readonly MemberView[]): { value: string; label: string }[] {
  const details = toldApart(
    members.map((member) => ({ id: member.uid, name: memberName(member), facts: memberFacts(t, member) })),
  );
  return [...members.filter(leads), ...members.filter((member) => !leads(member))].map((member) => ({
    value: member.uid,
    label: [memberName(member), details.get(member.uid) ?? ''].join(' ').trim(),
  }));
}

function Rows({ recalls }: { recalls: ReturnType<typeof useGroupRecalls> }) {
  const t = useT();
  const { log, failed, more, loadMore, refresh } = recalls;
  const [busy, setBusy] = useState(false);
  if (log === null)
    return failed ? (
      <EmptyState
        icon={CircleAlert}
        text={t('grp.recallsFailed')}
        action={<Button onClick={refresh}>{t('error.retry')}</Button>}
      />
    ) : (
      <SkeletonRows rows={4} />
    );
  if (log.length === 0) return <EmptyState icon={Undo2} text={t('grp.recallsNone')} />;
  return (
    <>
      <Card dense>
        <ul aria-label={t('grp.recalls')}>
          {log.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      </Card>
      {more && (
        <Button
          size="small"
          busy={busy}
          onClick={() => {
            setBusy(true);
            void loadMore().finally(() => setBusy(false));
          }}
        >
          {t('grp.recallsMore')}
        </Button>
      )}
    </>
  );
}

function Entry({ entry }: { entry: GroupRecallView }) {
  const t = useT();
  const language = useLanguage();
  const { by, of, timestamp } = entry;
  const own = by.uid === of.uid;
  return (
    <li className={css['person']}>
      <Avatar id={by.uid} name={by.name} size={24} />
      <span className={css['words']}>
        <span className={css['name']}>
          {own
            ? t('grp.recalledOwn', { name: by.name })
            : t('grp.recalledOf', { name: by.name, other: of.name })}
        </span>
        <span className={css['line']}>
          <Icon of={ICONS[entry.kind]} size={14} /> {t(KIND_NAMES[entry.kind])}
        </span>
      </span>
      <time className={css['line']} title={fullTime(language, timestamp * 1000)}>
        {listTime(language, timestamp * 1000, serverNow(), t('flow.yesterday'))}
      </time>
    </li>
  );
}
