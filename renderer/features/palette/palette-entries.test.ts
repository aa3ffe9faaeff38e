import { describe, expect, it } from 'vitest';
import { contactView } from '../../testing/views.ts';
import { paletteEntries } from './palette-entries.ts';

const contact = (uid: string, name: string, sortKey = '', remark = '') =>
  contactView(uid, name, { sortKey, remark });

describe('paletteEntries', () => {
  const commands = [{ id: 'theme' as const, label: '切换主题', keys: '' }];
  const people = [contact('u1', '林知夏')];
  it('offers people and commands by pinyin, and only commands after >', () => {
    expect(paletteEntries('lin', [], people, commands).map((entry) => entry.id)).toEqual(['1/u1']);
    expect(paletteEntries('>', [], people, commands).map((entry) => entry.id)).toEqual(['command-theme']);
    expect(paletteEntries('>xyz', [], people, commands)).toEqual([]);
    expect(paletteEntries('', [], people, commands)).toEqual([]);
  });
});
