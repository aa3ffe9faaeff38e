import { beforeEach, expect, it, vi } from 'vitest';
import { ShowShortcut } from './show-shortcut.ts';

const electron = vi.hoisted(() => ({
  held: new Map<string, () => void>(),
  others: new Set<string>(),
  calls: [] as string[],
}));
vi.mock('electron', () => ({
  globalShortcut: {
    register(accelerator: string, run: () => void) {
      electron.calls.push(`+${accelerator}`);
      if (accelerator === 'F20') throw new Error('not a key here');
      if (electron.others.has(accelerator)) return false;
      electron.held.set(accelerator, run);
      return true;
    },
    unregister(accelerator: string) {
      electron.calls.push(`-${accelerator}`);
      electron.held.delete(accelerator);
    },
  },
}));

let shown: number;
let shortcut: ShowShortcut;
beforeEach(() => {
  electron.held.clear();
  electron.others.clear();
  electron.calls = [];
  shown = 0;
  shortcut = new ShowShortcut(() => (shown += 1));
});

it('is none until one is set, and shows the window from then on', () => {
  shortcut.set('');
  expect([shortcut.state, electron.calls]).toEqual(['off', []]);
  shortcut.set('Mod+Alt+W');
  shortcut.set('Mod+Alt+W');
  expect([shortcut.state, electron.calls]).toEqual(['on', ['+CommandOrControl+Alt+W']]);
  electron.held.get('CommandOrControl+Alt+W')?.();
  expect(shown).toBe(1);
});

it('gives the last one back when there is another, or none', () => {
  shortcut.set('Mod+Alt+W');
  shortcut.set('Mod+Alt+Q');
  shortcut.set('');
  expect(electron.calls).toEqual([
    '+CommandOrControl+Alt+W',
    '-CommandOrControl+Alt+W',
    '+CommandOrControl+Alt+Q',
    '-CommandOrControl+Alt+Q',
  ]);
  expect([shortcut.state, electron.held.size]).toEqual(['off', 0]);
});

it('says that another program has it, and gets it once that one is gone', () => {
  electron.others.add('CommandOrControl+Alt+W');
  shortcut.set('Mod+Alt+W');
  expect(shortcut.state).toBe('taken');
  electron.others.clear();
  shortcut.set('Mod+Alt+W');
  expect(shortcut.state).toBe('on');
  shortcut.set('F20');
  expect(shortcut.state).toBe('taken');
});
