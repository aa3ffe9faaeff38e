import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { MediaActions } from './media-actions.ts';

const system = vi.hoisted(() => ({
  asked: [] as unknown[],
  answer: async (): Promise<{ canceled: boolean; filePath: string }> => ({ canceled: true, filePath: '' }),
  opened: [] as string[],
  problem: '',
  shown: [] as string[],
}));
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  dialog: {
    showSaveDialog(options: unknown) {
      system.asked.push(options);
      return system.answer();
    },
  },
  shell: {
    async openPath(path: string) {
      system.opened.push(path);
      return system.problem;
    },
    showItemInFolder: (path: string) => void system.shown.push(path),
  },
}));

const CHANNEL = { channelId: 'u', channelType: 1 };
let dir: string;
let cached: string;
let target: string;
let recalled: boolean;
let actions: MediaActions;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-actions-'));
  [cached, target, recalled] = [join(dir, 'cached'), join(dir, 'saved.pdf'), false];
  writeFileSync(cached, 'bytes', { mode: 0o700 });
  Object.assign(system, { asked: [], opened: [], shown: [], problem: '' });
  system.answer = async () => ({ canceled: false, filePath: target });
  actions = new MediaActions({
    async file(_channel, _key, toOpen) {
      if (recalled) throw new CodedError('invalidState', 'this message was recalled');
      return { path: toOpen ? `${cached}.open` : cached, name: 'report.pdf' };
    },
    window: () => null,
  });
});
afterEach(() => rmSync(dir, { recursive: true }));

it('saves where the user says, under the safe name by default, and shows it there', async () => {
  expect(await actions.save(CHANNEL, 'k')).toEqual({ saved: true });
  expect(system.asked).toEqual([{ defaultPath: join('/downloads', 'report.pdf') }]);
  expect(readFileSync(target, 'utf8')).toBe('bytes');
  // Windows has no such right.
  expect(statSync(target).mode & 0o111).toBe(0);
  expect(readdirSync(dir).sort()).toEqual(['cached', 'saved.pdf']);
  await actions.show(CHANNEL, 'k');
  expect(system.shown).toEqual([target]);
  rmSync(target);
  await expect(actions.show(CHANNEL, 'k')).rejects.toMatchObject({ code: 'notFound' });
});

it('a closed dialog saves nothing', async () => {
  system.answer = async () => ({ canceled: true, filePath: '' });
  expect(await actions.save(CHANNEL, 'k')).toEqual({ saved: false });
  await expect(actions.show(CHANNEL, 'k')).rejects.toMatchObject({ code: 'notFound' });
});

it('what was recalled while the dialog was open is not saved, and what was there stays', async () => {
  writeFileSync(target, 'before');
  system.answer = async () => {
    recalled = true;
    return { canceled: false, filePath: target };
  };
  await expect(actions.save(CHANNEL, 'k')).rejects.toMatchObject({ code: 'invalidState' });
  expect(readFileSync(target, 'utf8')).toBe('before');
  expect(readdirSync(dir).sort()).toEqual(['cached', 'saved.pdf']);
});

it('a place that takes no file is named as the reason', async () => {
  target = join(dir, 'missing', 'x.pdf');
  await expect(actions.save(CHANNEL, 'k')).rejects.toMatchObject({
    code: 'refused',
    message: 'not saved: ENOENT',
  });
});

it('opens the copy the worker made, and says when no program takes it', async () => {
  await actions.open(CHANNEL, 'k');
  expect(system.opened).toEqual([`${cached}.open`]);
  system.problem = 'no application';
  await expect(actions.open(CHANNEL, 'k')).rejects.toMatchObject({ code: 'refused' });
});

it('another account knows nothing of what was saved', async () => {
  await actions.save(CHANNEL, 'k');
  actions.forget();
  await expect(actions.show(CHANNEL, 'k')).rejects.toMatchObject({ code: 'notFound' });
});
