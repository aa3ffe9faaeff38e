import { TriangleAlert, Undo2 } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../shared/ipc/contract/chat-export.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import {
  endExportPlan,
  findRunningExport,
  planExport,
  startExport,
  useExport,
} from '../../state/messages/export-store.ts';
import { useChannelInfo, useConversation, useSession } from '../../state/session/session-store.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { timeOf } from '../../text/reminder-times.ts';
import { isNoDay } from '../../text/day-text.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { DateField, DateFields } from '../../ui/date-field.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { ExportLine } from './export-line.tsx';
import css from './export-dialog.module.css';

const DAY_MS = 86_400_000;

/** Unix seconds of where a day begins; `next`: of the day after it. null: no day is chosen. */
function dayStart(day: string, next = false): number | null {
  const at = timeOf(day, '00:00');
  if (at === null || !next) return at;
  // From its middle: a day may have 23 hours.
  const after = new Date(at * 1000 + DAY_MS * 1.5);
  return Math.floor(new Date(after.getFullYear(), after.getMonth(), after.getDate()).getTime() / 1000);
}

/** What of a chat is written into a file, as what, and what a recall will not reach there (tools.png 6). */
export function ExportDialog({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const key = channelKey(channel);
  const info = useChannelInfo(key);
  const conversation = useConversation(key);
  const name = info?.remark || info?.name || conversation?.name || channel.channelId;
  const locked = useSession((state) => state.shell?.managed.export ?? false);
  const { running, outcome, plan, planFailed } = useExport();
  const here = running !== null && channelKey(running.channel) === key;
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [format, setFormat] = useState<ExportFormat>('html');
  const [media, setMedia] = useState(true);
  const noteId = useId();
  const unread = isNoDay(from) || isNoDay(to);
  const turned = !unread && from !== '' && to !== '' && from > to;
  const { channelId, channelType } = channel;

  useEffect(() => {
    void findRunningExport();
    return endExportPlan;
  }, []);
  useEffect(() => {
    if (turned || unread || locked) return;
    void planExport({
      channel: { channelId, channelType },
      since: dayStart(from),
      until: dayStart(to, true),
    });
  }, [channelId, channelType, from, to, turned, unread, locked]);

  const empty = plan !== null && plan.messages + plan.recalled + plan.elsewhere === 0;
  const why = useWhyNot({
    locked,
    busy: running !== null,
    turned,
    unread,
    empty,
    failed: planFailed,
    counted: plan !== null,
  });
  const whyId = useId();
  const start = (): void => {
    if (why !== null) return;
    void startExport({ channel, since: dayStart(from), until: dayStart(to, true), format, media, name });
  };
  return (
    <Dialog
      title={t('export.title', { X: name })}
      closeButton
      onClose={closeDialog}
      footer={
        <>
          {why !== null && (
            <span id={whyId} className={css['why']}>
              {why}
            </span>
          )}
          <Button onClick={closeDialog}>
            {t(here ? 'action.close' : outcome?.what.kind === 'done' ? 'action.done' : 'action.cancel')}
          </Button>
          <Button variant="primary" why={why} whyAt={whyId} onClick={start}>
            {t('export.choose')}
          </Button>
        </>
      }
    >
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <fieldset className={css['fields']} disabled={running !== null || locked}>
          <DateFields>
            <DateField
              label={t('export.since')}
              value={from}
              wrong={turned ? noteId : null}
              onChange={setFrom}
            />
            <DateField label={t('export.until')} value={to} wrong={turned ? noteId : null} onChange={setTo} />
          </DateFields>
          {turned && (
            <p id={noteId} role="alert" className={css['wrong']}>
              {t('export.badRange')}
            </p>
          )}
          <SegmentedChoice
            label={t('export.format')}
            options={EXPORT_FORMATS.map((id) => ({ id, label: id.toUpperCase() }))}
            selected={format}
            onSelect={setFormat}
            disabled={running !== null || locked}
          />
          <Checkbox checked={media} onChange={setMedia} disabled={running !== null || locked}>
            {t('export.media', { size: plan ? byteSize(plan.mediaBytes) : '…' })}
          </Checkbox>
        </fieldset>
        <button type="submit" hidden tabIndex={-1} aria-label={t('export.choose')} />
      </form>
      {locked ? <ManagedNote /> : <Counts failed={planFailed} empty={empty} />}
      <p className={css['warn']}>
        <Icon of={TriangleAlert} size={16} />
        {t('export.outOfReach')}
      </p>
      <ExportLine running={running} here={here} outcome={outcome?.what ?? null} />
    </Dialog>
  );
}

interface Standing {
  locked: boolean;
  busy: boolean;
  turned: boolean;
  /** A day is written as nobody can read it. */
  unread: boolean;
  empty: boolean;
  failed: boolean;
  counted: boolean;
}

/** Why nothing can be exported now; null = it can. */
function useWhyNot({ locked, busy, turned, unread, empty, failed, counted }: Standing): string | null {
  const t = useT();
  if (locked) return t('pol.by');
  if (busy) return t('export.running');
  if (turned) return t('export.badRange');
  if (unread) return t('date.wrong');
  if (empty) return t('export.empty');
  if (failed) return t('error.generic');
  return counted ? null : t('export.counting');
}

/** How much it is, as far as it is known. */
function Counts({ failed, empty }: { failed: boolean; empty: boolean }) {
  const t = useT();
  const plan = useExport((state) => state.plan);
  if (failed) return <p className={css['info']}>{t('error.generic')}</p>;
  if (!plan) return <SkeletonRows rows={1} />;
  return (
    <div className={css['info']} data-testid="export-counts">
      <Icon of={Undo2} size={16} />
      <div>
        {empty ? t('export.empty') : t('export.count', { n: plan.messages, m: plan.recalled })}
        {plan.elsewhere > 0 && <div>{t('export.elsewhere', { n: plan.elsewhere })}</div>}
      </div>
    </div>
  );
}
