/** How long a mute still lasts: it ends on the screen when it ends. */
import { MUTE_LIFT_MS } from '../../../shared/mute-lift.ts';
import { type Language, type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, dayDistance, monthDay } from '../../i18n/time-format.ts';
import { serverNow, useServerNow } from './server-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Before that nobody counts seconds. */
const COUNTED_MS = 90_000;

export interface MuteEnd {
  /** `ending`: it is over, and the server lifts it in a moment. */
  state: 'none' | 'muted' | 'ending';
  /** When it ends, in words; '' for `none`. */
  text: string;
}

/** What is left while that is what one waits for, else the time it ends. Pure. */
export function muteEndText(language: Language, t: Translate, untilMs: number, nowMs: number): string {
  const leftMs = untilMs - nowMs;
  if (leftMs <= 0) return t('grp.muteEnding');
  if (leftMs < MINUTE_MS)
    return t('grp.muteLeft', { span: t('time.seconds', { n: Math.ceil(leftMs / 1000) }) });
  if (leftMs < HOUR_MS)
    return t('grp.muteLeft', { span: t('time.minutes', { n: Math.ceil(leftMs / MINUTE_MS) }) });
  const clock = clockTime(language, untilMs);
  const today = dayDistance(new Date(untilMs), new Date(nowMs)) === 0;
  return t('grp.muteUntil', { t: today ? clock : `${monthDay(language, untilMs)} ${clock}` });
}

/** `until`: Unix seconds, 0 or absent = not muted. */
export function useMuteEnd(until: number | undefined): MuteEnd {
  const t = useT();
  const language = useLanguage();
  const untilMs = (until ?? 0) * 1000;
  const now = useServerNow(untilMs === 0 ? null : untilMs - serverNow() < COUNTED_MS ? 1_000 : 15_000);
  if (untilMs === 0 || now >= untilMs + MUTE_LIFT_MS) return { state: 'none', text: '' };
  const text = muteEndText(language, t, untilMs, now);
  return { state: now < untilMs ? 'muted' : 'ending', text };
}
