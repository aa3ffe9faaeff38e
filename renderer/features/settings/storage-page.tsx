import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useDiagnostics } from './use-diagnostics.ts';
import css from './settings.module.css';

export function StoragePage() {
  const t = useT();
  const { diagnostics, refresh } = useDiagnostics();
  const [asking, setAsking] = useState(false);
  if (!diagnostics) return <SkeletonRows rows={3} />;
  return (
    <div className={css['top']}>
      <Card>
        <ValueRow label={t('set.storage.messages')} value={diagnostics.cachedMessages.toLocaleString()} />
        <ValueRow label={t('set.storage.size')} value={byteSize(diagnostics.cacheBytes)} />
        <ValueRow label={t('set.storage.outbox')} value={diagnostics.outboxJobs} />
      </Card>
      <div className={css['buttons']}>
        <Button onClick={() => setAsking(true)}>{t('set.storage.rebuild')}</Button>
      </div>
      <p className={css['note']}>{t('cache.rebuild')}</p>
      {asking && (
        <ConfirmDialog
          title={t('set.storage.rebuildTitle')}
          confirmLabel={t('set.storage.rebuild')}
          onCancel={() => setAsking(false)}
          onConfirm={async () => {
            if (!(await attempt(() => call('storage.rebuildCache', undefined)))) return;
            setAsking(false);
            showToast({ text: t('set.storage.rebuilt'), tone: 'success' });
            refresh();
          }}
        >
          {t('cache.rebuild')}
        </ConfirmDialog>
      )}
    </div>
  );
}
