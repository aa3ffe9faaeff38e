import { useT } from '../../../i18n/i18n.ts';
import { countdown } from '../../../i18n/time-format.ts';
import { cx } from '../../../ui/cx.ts';
import { LAST_SECONDS_MS, windowLeft } from './countdown.ts';
import css from './time-left.module.css';

const RADIUS = 6;
const LENGTH = 2 * Math.PI * RADIUS;

/** Ring and `剩余 m:ss` at the end of the recall item; amber for the last ten seconds. Times in ms, server clock. */
export function TimeLeft({ untilMs, windowMs, nowMs }: { untilMs: number; windowMs: number; nowMs: number }) {
  const t = useT();
  const left = untilMs - nowMs;
  const part = windowLeft(untilMs, nowMs, windowMs);
  const last = left <= LAST_SECONDS_MS;
  return (
    <span className={cx(css['left'], last && css['last'])} data-testid="recall-left">
      <svg className={css['ring']} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle className={css['track']} cx="8" cy="8" r={RADIUS} />
        <circle
          className={css['rest']}
          cx="8"
          cy="8"
          r={RADIUS}
          strokeDasharray={`${part * LENGTH} ${LENGTH}`}
        />
      </svg>
      {t('recall.left', { t: countdown(left) })}
    </span>
  );
}
