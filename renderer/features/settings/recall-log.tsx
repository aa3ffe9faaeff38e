import type { RecallLogEntry } from '../../../shared/ipc/contract.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time-format.ts';
import { Card, ValueRow } from '../../ui/card.tsx';
import css from './settings.module.css';

const MAX_RECALLS = 20;

/** The newest recalls, newest first. The core's log is in the order in which they happened. */
export function newestRecalls(log: readonly RecallLogEntry[]): RecallLogEntry[] {
  return [...log].sort((a, b) => b.atMs - a.atMs).slice(0, MAX_RECALLS);
}

/** Time, source and duration of the last recalls; nothing of their content. */
export function RecallLog({ recalls }: { recalls: readonly RecallLogEntry[] }) {
  const t = useT();
  const language = useLanguage();
  return (
    <Card>
      {recalls.length === 0 ? (
        <ValueRow label={t('set.diag.noRecalls')} value="" />
      ) : (
        <table className={css['table']} aria-label={t('set.diag.recalls')}>
          <thead>
            <tr>
              <th scope="col">{t('set.diag.time')}</th>
              <th scope="col">{t('set.diag.source')}</th>
              <th scope="col">{t('set.diag.took')}</th>
            </tr>
          </thead>
          <tbody>
            {recalls.map((entry, index) => (
              // Several may carry the same time: an entry is its place in the log.
              <tr key={index}>
                <td>{fullTime(language, entry.atMs)}</td>
                <td>{t(`set.diag.source.${entry.source}`)}</td>
                <td>{t('login.probe.ms', { n: Math.round(entry.tookMs) })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
