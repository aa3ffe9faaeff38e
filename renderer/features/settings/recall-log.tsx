import { RECALL_SURFACES, type RecallLogEntry } from '../../../shared/ipc/contract/recall.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time-format.ts';
import { Card, ValueRow } from '../../ui/card.tsx';
import css from './settings.module.css';

const MAX_RECALLS = 20;

/** The newest recalls, newest first. The core's log is in the order in which they happened. */
export function newestRecalls(log: readonly RecallLogEntry[]): RecallLogEntry[] {
  return [...log].sort((a, b) => b.atMs - a.atMs).slice(0, MAX_RECALLS);
}

/** The places a recall emptied, in words. */
export function surfacesText({ surfaces }: RecallLogEntry, t: Translate): string {
  if (surfaces.length === 0) return t('set.diag.noSurface');
  return RECALL_SURFACES.filter((surface) => surfaces.includes(surface))
    .map((surface) => t(surface === 'outbox' ? 'set.diag.surface.outbox' : `leak.${surface}`))
    .join(t('set.diag.surfaceComma'));
}

/** Time, source, duration and places of the last recalls; nothing of their content. */
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
              <th scope="col">{t('set.diag.surfaces')}</th>
            </tr>
          </thead>
          <tbody>
            {recalls.map((entry, index) => (
              // Several may carry the same time: an entry is its place in the log.
              <tr key={index}>
                <td>{fullTime(language, entry.atMs)}</td>
                <td>{t(`set.diag.source.${entry.source}`)}</td>
                <td>{t('login.probe.ms', { n: Math.round(entry.tookMs) })}</td>
                <td>{surfacesText(entry, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
