import { Check, TriangleAlert } from 'lucide-react';
import type { ExportProgress } from '../../../shared/ipc/contract/chat-export.ts';
import { useT } from '../../i18n/i18n.ts';
import { cancelExport, type ExportOutcome, openExport } from '../../state/messages/export-store.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProgressRing } from '../../ui/progress-ring.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import css from './export-dialog.module.css';

/** How far the export is, and what came of it. Its region is there before it says anything. */
export function ExportLine({
  running,
  here,
  outcome,
}: {
  running: { progress: ExportProgress | null } | null;
  /** It is this chat's. */
  here: boolean;
  outcome: ExportOutcome | null;
}) {
  return (
    <div role="status" className={css['lines']} data-testid="export-line">
      {running ? (
        <Running progress={running.progress} here={here} />
      ) : (
        outcome && <Outcome outcome={outcome} />
      )}
    </div>
  );
}

function Running({ progress, here }: { progress: ExportProgress | null; here: boolean }) {
  const t = useT();
  if (!here) return <div className={css['line']}>{t('export.busy')}</div>;
  const { phase = 'writing', done = 0, total = 0 } = progress ?? {};
  const percent = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
  return (
    <div className={css['line']}>
      <ProgressRing
        size={16}
        radius={6}
        share={percent / 100}
        className={css['ring']}
        trackClass={css['track']}
        partClass={css['part']}
      />
      <span
        className={css['words']}
        role="progressbar"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        {progress
          ? t(phase === 'reading' ? 'export.reading' : 'export.writing', { n: percent })
          : t('export.choosing')}
      </span>
      {progress && <TextButton onClick={cancelExport}>{t('action.cancel')}</TextButton>}
    </div>
  );
}

function Outcome({ outcome }: { outcome: ExportOutcome }) {
  const t = useT();
  if (outcome.kind === 'failed')
    return (
      <div className={css['line']} data-tone={outcome.why === 'export.cancelled' ? undefined : 'failed'}>
        <span className={css['words']}>{t(outcome.why)}</span>
      </div>
    );
  const { complete, messages, missingFiles } = outcome.exported;
  return (
    <>
      <div className={css['line']} data-tone="done">
        <Icon of={Check} size={16} />
        <span className={css['words']}>{t('export.done', { n: messages })}</span>
        <TextButton onClick={openExport}>{t('export.open')}</TextButton>
      </div>
      {!complete && <Lack text={t('export.notAll')} />}
      {missingFiles > 0 && <Lack text={t('export.filesMissing', { n: missingFiles })} />}
    </>
  );
}

function Lack({ text }: { text: string }) {
  return (
    <div className={css['line']}>
      <Icon of={TriangleAlert} size={16} />
      <span className={css['words']}>{text}</span>
    </div>
  );
}
