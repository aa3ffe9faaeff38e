import { Check, Minus, ShieldCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { create } from 'zustand';
import { LEAK_SURFACES, type LeakCheck, type RecallLogEntry } from '../../../shared/ipc/contract/recall.ts';
import { type Language, type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, dayDistance, listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Chip } from '../../ui/chip.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { newestRecalls, RecallLog } from './recall-log.tsx';
import { useDiagnostics } from './use-diagnostics.ts';
import css from './leak-check.module.css';
import pageCss from './settings.module.css';

type Surface = LeakCheck['surfaces'][number];

/** The last result of this account, so that it is still there when the page is opened again. */
const useLastCheck = create<{ check: LeakCheck | null }>(() => ({ check: null }));
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) useLastCheck.setState({ check: null });
});

/** Looks for residue of recalled messages on demand: eight surfaces with their results, and the last recalls. */
export function LeakCheckBlock() {
  const t = useT();
  const language = useLanguage();
  const check = useLastCheck((state) => state.check);
  const { diagnostics, refresh } = useDiagnostics();
  const [busy, setBusy] = useState(false);
  const [logOpen, setLogOpen] = useState(false);
  const recalls = newestRecalls(diagnostics?.recalls ?? []);
  const last = check?.lastRecall ?? recalls[0] ?? null;
  const run = async (): Promise<void> => {
    setBusy(true);
    await attempt(async () => useLastCheck.setState({ check: await call('recall.leakCheck', undefined) }));
    setBusy(false);
    refresh();
  };
  return (
    <>
      <div className={css['head']}>
        <h2 className={pageCss['section']}>{t('set.recall.leakCheck')}</h2>
        <Button size="small" icon={ShieldCheck} busy={busy} onClick={() => void run()}>
          {t('set.recall.runCheck')}
        </Button>
      </div>
      <Card>
        <div className={css['summary']}>
          <output className={css['result']} data-testid="leak-result">
            {busy ? <Chip>{t('set.recall.checking')}</Chip> : <ResultChip check={check} />}
            <span>{summaryOf(check, last, t, language)}</span>
          </output>
          <TextButton aria-expanded={logOpen} onClick={() => setLogOpen(!logOpen)}>
            {t('set.recall.log')}
          </TextButton>
        </div>
        <ul className={css['surfaces']} aria-label={t('set.recall.leakCheck')}>
          {LEAK_SURFACES.map((id) => (
            <SurfaceCell key={id} id={id} result={check?.surfaces.find(({ surface }) => surface === id)} />
          ))}
        </ul>
        <p className={cx(pageCss['note'], css['unseen'])} data-testid="leak-unseen">
          {t('leak.unseen')}
        </p>
      </Card>
      {logOpen && (
        <section aria-label={t('set.recall.log')} className={css['log']}>
          <p className={pageCss['note']}>{t('set.recall.logHint')}</p>
          <RecallLog recalls={recalls} />
        </section>
      )}
    </>
  );
}

function ResultChip({ check }: { check: LeakCheck | null }) {
  const t = useT();
  if (!check) return <Chip>{t('set.recall.noCheck')}</Chip>;
  if (check.surfaces.some(({ ok }) => !ok)) {
    return (
      <Chip tone="danger" icon={TriangleAlert}>
        {t('leak.left')}
      </Chip>
    );
  }
  if (check.surfaces.some(({ repaired }) => repaired)) {
    return (
      <Chip tone="warn" icon={Check}>
        {t('leak.repaired')}
      </Chip>
    );
  }
  return (
    <Chip tone="success" icon={Check}>
      {t('leak.ok')}
    </Chip>
  );
}

function summaryOf(
  check: LeakCheck | null,
  last: RecallLogEntry | null,
  t: Translate,
  language: Language,
): ReactNode {
  const facts = last
    ? [
        t('set.recall.lastRecall'),
        dayAndTime(last.atMs, t, language),
        t('set.recall.applied', { n: Math.round(last.tookMs) }),
      ]
    : check
      ? [t('set.recall.checkedRecalls', { n: check.recalls })]
      : [t('set.diag.noRecalls')];
  return facts.map((fact, index) => (
    // The facts of one line never move.
    <span key={index}>
      {index > 0 && <i className="dot-separator" />}
      {fact}
    </span>
  ));
}

/** `今天 10:38`, `昨天 10:38`, `周六 10:38`. */
function dayAndTime(atMs: number, t: Translate, language: Language): string {
  const now = Date.now();
  const today = dayDistance(new Date(atMs), new Date(now)) <= 0;
  const day = today ? t('flow.today') : listTime(language, atMs, now, t('flow.yesterday'));
  return `${day} ${clockTime(language, atMs)}`;
}

function SurfaceCell({ id, result }: { id: Surface['surface']; result: Surface | undefined }) {
  const t = useT();
  const state = !result ? 'pending' : !result.ok ? 'left' : result.repaired ? 'repaired' : 'ok';
  const icon = { pending: Minus, left: TriangleAlert, repaired: Check, ok: Check }[state];
  const words = state === 'ok' ? t(`leak.${id}.ok`, { n: result?.count ?? 0 }) : t(`leak.${state}` as const);
  return (
    <li className={css['surface']} data-surface={id} data-state={state}>
      <Icon of={icon} size={16} className={cx(css['mark'], css[state])} />
      <span>
        {t(`leak.${id}`)}
        <small>{words}</small>
      </span>
    </li>
  );
}
