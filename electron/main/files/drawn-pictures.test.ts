import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { copyPicture, savePicture } from './drawn-pictures.ts';

const system = vi.hoisted(() => ({
  asked: [] as { defaultPath?: string }[],
  answer: { canceled: true, filePath: '' },
  copied: [] as { items: Record<string, Blob> }[],
}));
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  clipboard: { write: async (items: { items: Record<string, Blob> }[]) => void system.copied.push(...items) },
  ClipboardItem: class {
    readonly items: unknown;
    constructor(items: unknown) {
      this.items = items;
    }
  },
  dialog: {
    async showSaveDialog(options: { defaultPath?: string }) {
      system.asked.push(options);
      return system.answer;
    },
  },
}));

function pngOf(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(33);
  bytes.write('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drawn-'));
  system.asked = [];
  system.copied = [];
  system.answer = { canceled: true, filePath: '' };
});
afterEach(() => rmSync(dir, { recursive: true }));

it('asks where to, with a name that is one file, and writes nothing when that is cancelled', async () => {
  expect(await savePicture('../研发/群', pngOf(8, 8), null)).toEqual({ saved: false });
  const [{ defaultPath = '' } = {}] = system.asked;
  expect(defaultPath).toMatch(/^\/downloads\/[^/]+\.png$/);
});

it('writes the bytes as they are', async () => {
  const bytes = pngOf(8, 8);
  system.answer = { canceled: false, filePath: join(dir, 'code.png') };
  expect(await savePicture('code', bytes, null)).toEqual({ saved: true });
  expect(new Uint8Array(readFileSync(join(dir, 'code.png')))).toEqual(bytes);
});

it('says that a place cannot be written to', async () => {
  writeFileSync(join(dir, 'file'), '');
  system.answer = { canceled: false, filePath: join(dir, 'file', 'code.png') };
  await expect(savePicture('code', pngOf(8, 8), null)).rejects.toThrow(/^not saved: E[A-Z]+$/);
});

it('copies the picture with its words beside it', async () => {
  await copyPicture('https://im.example/v1/qrcode/1', pngOf(8, 8));
  const [item] = system.copied;
  expect(await item?.items['text/plain']?.text()).toBe('https://im.example/v1/qrcode/1');
  expect(item?.items['image/png']?.size).toBe(33);
});

it('takes nothing but a PNG of a size that is shown', async () => {
  for (const bytes of [new Uint8Array([1, 2, 3]), pngOf(0, 8), pngOf(900_000, 900_000)]) {
    await expect(savePicture('code', bytes, null)).rejects.toThrow(CodedError);
    await expect(copyPicture('', bytes)).rejects.toThrow('bytes: no PNG');
  }
  expect(system.asked).toEqual([]);
  expect(system.copied).toEqual([]);
});
