import { expect, it } from 'vitest';
import { filterArgs, noFilters } from './search-filters.ts';

it('asks for days of the calendar, the last one included, and for a kind', () => {
  const range = { from: '2026-11-24', to: '2026-11-24' };
  const day = new Date(2026, 10, 24).getTime() / 1000;
  expect(filterArgs({ sender: null, span: range, kind: 'file' }, 0)).toEqual({
    fromUid: null,
    since: day,
    until: new Date(2026, 10, 25).getTime() / 1000,
    kind: 'file',
  });
  expect(filterArgs({ sender: null, span: { from: '', to: '' } }, 0).until).toBeNull();
});

it('asks for what the filters say, in seconds of the server’s clock', () => {
  const nowMs = 1_700_000_000_500;
  expect(filterArgs(noFilters, nowMs)).toEqual({ fromUid: null, since: null, until: null });
  expect(filterArgs({ sender: { uid: 'su', name: '苏航' }, span: 'week' }, nowMs)).toEqual({
    fromUid: 'su',
    since: 1_700_000_000 - 7 * 86_400,
    until: null,
  });
});
