import { describe, expect, it } from 'vitest';
import { translate } from '../../../shared/strings/index.ts';
import { muteEndText } from './mute-end.ts';

const NOW = new Date(2026, 10, 27, 17, 0).getTime();
const MINUTE = 60_000;
const text = (leftMs: number): string =>
  muteEndText('zh', (key, ...params) => translate('zh', key, ...params), NOW + leftMs, NOW);

describe('how long a mute lasts', () => {
  it('counts seconds, then minutes, each of them begun', () => {
    expect(text(1)).toBe('还剩 1 秒');
    expect(text(59_001)).toBe('还剩 60 秒');
    expect(text(MINUTE)).toBe('还剩 1 分钟');
    expect(text(41 * MINUTE + 1)).toBe('还剩 42 分钟');
  });
  it('names the time from an hour on, and the day from midnight on', () => {
    expect(text(60 * MINUTE)).toBe('18:00 解除');
    expect(text(7 * 60 * MINUTE)).toBe('11月28日 00:00 解除');
  });
  it('says that it is over while the server lifts it', () => {
    expect(text(0)).toBe('正在解除禁言…');
    expect(text(-5_000)).toBe('正在解除禁言…');
  });
});
