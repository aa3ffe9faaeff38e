import { useEffect, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ReportReason } from '../../../shared/ipc/contract/people.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { overBy } from '../../ui/over-by.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import css from './profile-card.module.css';

const MAX_REMARK = 500;

export function ReportDialog({
  channel,
  name,
  onClose,
}: {
  channel: ChannelRef;
  name: string;
  onClose: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const [reasons, setReasons] = useState<readonly ReportReason[] | null>(null);
  const [picked, setPicked] = useState('');
  const [remark, setRemark] = useState('');
  const [tries, setTries] = useState(0);
  const { problem, run } = useProblem();
  useEffect(() => {
    let current = true;
    void run(async () => {
      const loaded = await call('people.reportReasons', { language });
      if (current) setReasons(loaded ?? []);
    });
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- asked again when somebody says so
  }, [language, run, tries]);
  return (
    <ActionDialog
      title={t('prof.reportTitle', { name })}
      actionLabel={t('prof.reportSend')}
      danger
      focusCancel
      why={picked === '' ? t('prof.reportWhy') : overBy(remark, MAX_REMARK) > 0 ? t('why.tooLong') : null}
      onClose={onClose}
      onAction={async (isOpen) => {
        await call('people.report', { channel, reasonId: picked, remark: remark.trim() });
        showToast({ text: t('prof.reported'), tone: 'success' });
        if (isOpen()) onClose();
      }}
    >
      {problem ? (
        <>
          <ProblemLine problem={problem} />
          <Button size="small" onClick={() => setTries(tries + 1)}>
            {t('error.retry')}
          </Button>
        </>
      ) : reasons === null ? (
        <SkeletonRows rows={4} />
      ) : (
        <div role="radiogroup" aria-label={t('prof.reportReason')} className={css['reasons']}>
          {reasons.map((reason) => (
            <label key={reason.id} className={css['reason']}>
              <input
                type="radio"
                name="report-reason"
                value={reason.id}
                checked={picked === reason.id}
                onChange={() => setPicked(reason.id)}
              />
              <bdi>{reason.name}</bdi>
            </label>
          ))}
        </div>
      )}
      <TextField
        label={t('prof.reportRemark')}
        size="small"
        value={remark}
        maxLength={MAX_REMARK}
        onChange={(event) => setRemark(event.target.value)}
      />
    </ActionDialog>
  );
}
