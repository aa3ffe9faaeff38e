import { expect, it } from 'vitest';
import { filterArgs, noFilters } from './search-filters.ts';

it('asks for what the filters say, in seconds of the server’s clock', () => {
  const nowMs = 1_700_000_000_500;
  expect(filterArgs(noFilters, nowMs)).toEqual({ fromUid: null, since: null, until: null });
  expect(filterArgs({ sender: { uid: 'su', name: '苏航' }, span: 'week' }, nowMs)).toEqual({
    fromUid: 'su',
    since: 1_700_000_000 - 7 * 86_400,
    until: null,
  });
});
