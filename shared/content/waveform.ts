/**
 * The waveform of a voice message (tsdd-api.md 6.2): base64, a byte for each bar. What the loudest byte is differs
 * between clients, so bars are shares of the loudest one of the same message.
 */

/** More are drawn nowhere. */
export const MOST_BARS = 60;
/** The loudest bar. */
export const FULL_BAR = 100;
/** TSDD's clients send 20 to 100 bytes; what is far longer is no waveform. */
const LONGEST_BASE64 = 8_192;

/** Bars from 0 to `FULL_BAR`, at most `MOST_BARS`; none for what is no waveform. Never throws. */
export function barsOf(waveform: unknown): number[] {
  if (typeof waveform !== 'string' || waveform.length > LONGEST_BASE64) return [];
  let binary: string;
  try {
    binary = atob(waveform);
  } catch {
    return [];
  }
  return asBars(Array.from(binary, (char) => char.charCodeAt(0)));
}

/** Levels of any scale as bars. */
export function asBars(levels: readonly number[]): number[] {
  const bars = inBars(levels, Math.min(levels.length, MOST_BARS));
  const loudest = Math.max(0, ...bars);
  return loudest === 0 ? [] : bars.map((bar) => Math.round((bar / loudest) * FULL_BAR));
}

/** `count` bars of these levels, each the loudest of those it stands for. */
export function inBars(levels: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, to));
  });
}

/** For the payload: bars from 0 to `FULL_BAR`. */
export const waveformOf = (bars: readonly number[]): string =>
  btoa(String.fromCharCode(...bars.map((bar) => Math.round((bar / FULL_BAR) * 255))));
