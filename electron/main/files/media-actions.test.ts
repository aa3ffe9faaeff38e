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
  copied: [] as unknown[],
}));
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  clipboard: { write: async (items: unknown[]) => void system.copied.push(...items) },
  ClipboardItem: class {
    readonly items: unknown;
    constructor(items: unknown) {
      this.items = items;
    }
  },
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

/** As much of a PNG as says what it is. */
function pngOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(33);
  bytes.write('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
}

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
  Object.assign(system, { asked: [], opened: [], shown: [], copied: [], problem: '' });
  system.answer = async () => ({ canceled: false, filePath: target });
  actions = new MediaActions({
    async file(_channel, _key, use) {
      if (recalled) throw new CodedError('invalidState', 'this message was recalled');
      return { path: use === 'save' ? cached : `${cached}.${use}`, name: 'report.pdf' };
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

it('puts a picture on the clipboard, none that was recalled while it was drawn, and nothing that is none', async () => {
  const png = pngOf(2, 2);
  await actions.copyImage(CHANNEL, 'k', png);
  expect(system.copied).toEqual([{ items: { 'image/png': expect.any(Blob) } }]);
  const [{ items }] = system.copied as [{ items: Record<string, Blob> }];
  expect(new Uint8Array(await (items['image/png'] as Blob).arrayBuffer())).toEqual(png);
  for (const bytes of [
    pngOf(60_000, 60_000),
    png.slice(0, 20),
    Uint8Array.from([0xff, 0xd8, 0xff, 0]),
    new Uint8Array(4),
  ])
    await expect(actions.copyImage(CHANNEL, 'k', bytes)).rejects.toMatchObject({ code: 'badArgument' });
  recalled = true;
  await expect(actions.copyImage(CHANNEL, 'k', png)).rejects.toMatchObject({ code: 'invalidState' });
  expect(system.copied).toHaveLength(1);
});

it('another account knows nothing of what was saved', async () => {
  await actions.save(CHANNEL, 'k');
  actions.forget();
  await expect(actions.show(CHANNEL, 'k')).rejects.toMatchObject({ code: 'notFound' });
});
