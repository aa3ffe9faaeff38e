import { FULL_BAR, inBars } from '../../../../shared/content/waveform.ts';
import { cx } from '../../../ui/cx.ts';
import css from './voice-bubble.module.css';

/** Of a message without a waveform. */
const FLAT = 40;
const LEAST_BARS = 20;
const MOST_BARS = 40;
/** px. */
const HIGHEST = 22;
const LOWEST = 3;

/** The waveform of a voice message as bars, what was heard in another colour. Says nothing to readers. */
export function VoiceBars({
  bars,
  seconds,
  share,
}: {
  bars: readonly number[];
  seconds: number;
  share: number;
}) {
  const count = Math.min(MOST_BARS, Math.round(LEAST_BARS + seconds / 2));
  const heights = bars.length === 0 ? Array.from({ length: count }, () => FLAT) : inBars(bars, count);
  return (
    <span className={css['bars']} aria-hidden="true">
      {heights.map((height, at) => (
        <i
          // oxlint-disable-next-line react/no-array-index-key -- a bar is its place
          key={at}
          className={cx((at + 0.5) / count <= share && css['heard'])}
          style={{ height: Math.max(LOWEST, (height / FULL_BAR) * HIGHEST) }}
        />
      ))}
    </span>
  );
}
