import { useT } from '../../../i18n/i18n.ts';
import { countdown } from '../../../i18n/time-format.ts';
import { cx } from '../../../ui/cx.ts';
import { ProgressRing } from '../../../ui/progress-ring.tsx';
import { LAST_SECONDS_MS, windowLeft } from './countdown.ts';
import css from './time-left.module.css';

/** Ring and `剩余 m:ss` at the end of the recall item; amber for the last ten seconds. Times in ms, server clock. */
export function TimeLeft({ untilMs, windowMs, nowMs }: { untilMs: number; windowMs: number; nowMs: number }) {
  const t = useT();
  const left = untilMs - nowMs;
  const part = windowLeft(untilMs, nowMs, windowMs);
  const last = left <= LAST_SECONDS_MS;
  return (
    <span className={cx(css['left'], last && css['last'])} data-testid="recall-left">
      <ProgressRing
        size={16}
        radius={6}
        share={part}
        className={css['ring']}
        trackClass={css['track']}
        partClass={css['rest']}
      />
      {t('recall.left', { t: countdown(left) })}
    </span>
  );
}
