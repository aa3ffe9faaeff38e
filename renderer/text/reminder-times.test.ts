import { describe, expect, it } from 'vitest';
import { fieldsOf, reminderTimes, timeOf } from './reminder-times.ts';

const at = (hours: number, minutes = 0, day = 28): number =>
  new Date(2026, 10, day, hours, minutes).getTime();

describe('what is offered', () => {
  it('in an hour, tonight at eight, tomorrow at nine', () => {
    expect(reminderTimes(at(10, 15))).toEqual({
      hour: at(11, 15) / 1000,
      tonight: at(20) / 1000,
      tomorrow: at(9, 0, 29) / 1000,
    });
  });
  it('not tonight from half past seven on', () => {
    expect(reminderTimes(at(19, 29)).tonight).toBe(at(20) / 1000);
    expect(reminderTimes(at(19, 30)).tonight).toBe(null);
    expect(reminderTimes(at(23, 59)).tonight).toBe(null);
  });
  it('tomorrow also at the end of a month', () => {
    const last = new Date(2026, 10, 30, 23).getTime();
    expect(reminderTimes(last).tomorrow).toBe(new Date(2026, 11, 1, 9).getTime() / 1000);
  });
});

describe('what the fields say', () => {
  it('is read as it was written', () => {
    const { day, time } = fieldsOf(at(9, 5));
    expect([day, time]).toEqual(['2026-11-28', '09:05']);
    expect(timeOf(day, time)).toBe(at(9, 5) / 1000);
    expect(timeOf(day, '09:05:30')).toBe(at(9, 5) / 1000);
  });
  it.each([
    ['', '09:00'],
    ['2026-11-28', ''],
    ['28.11.2026', '09:00'],
    ['2026-11-28', 'nine'],
  ])('is no time: %j %j', (day, time) => {
    expect(timeOf(day, time)).toBe(null);
  });
});
