import { useEffect, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ReportReason } from '../../../shared/ipc/contract/people.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
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
  useEffect(() => {
    let current = true;
    void attempt(async () => {
      const loaded = await call('people.reportReasons', { language });
      if (current) setReasons(loaded ?? []);
    });
    return () => {
      current = false;
    };
  }, [language]);
  return (
    <ActionDialog
      title={t('prof.reportTitle', { name })}
      actionLabel={t('prof.reportSend')}
      danger
      focusCancel
      disabled={picked === '' || overBy(remark, MAX_REMARK) > 0}
      onClose={onClose}
      onAction={async (isOpen) => {
        const done = await attempt(() =>
          call('people.report', { channel, reasonId: picked, remark: remark.trim() }),
        );
        if (!done) return;
        showToast({ text: t('prof.reported'), tone: 'success' });
        if (isOpen()) onClose();
      }}
    >
      {reasons === null ? (
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
