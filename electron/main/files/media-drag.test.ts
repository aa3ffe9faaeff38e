import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { MediaUse } from '../../../shared/ipc/worker-protocol.ts';
import { MediaDrag } from './media-drag.ts';
import { fileBeforeLock } from './media-source.ts';

const system = vi.hoisted(() => ({ icon: null as { isEmpty: () => boolean } | null }));
vi.mock('electron', () => ({
  app: {
    getFileIcon: () => (system.icon ? Promise.resolve(system.icon) : Promise.reject(new Error('none'))),
  },
  BrowserWindow: { getFocusedWindow: () => null },
  nativeImage: { createFromBitmap: (_: Buffer, size: object) => ({ made: size }) },
}));

const CHANNEL = { channelId: 'u', channelType: 1 };
let dir: string;
let copy: string;
let asked: MediaUse[];
let dragged: unknown[];
let drag: MediaDrag;
/** Called while the copy is asked for. */
let meanwhile: () => void;
let recalled: boolean;
let locked: boolean;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-drag-'));
  copy = join(dir, 'plan.pdf');
  writeFileSync(copy, 'bytes');
  [asked, dragged, recalled, locked] = [[], [], false, false];
  system.icon = { isEmpty: () => false };
  meanwhile = () => undefined;
  drag = new MediaDrag({
    file: fileBeforeLock(
      async (_channel, _key, use) => {
        asked.push(use);
        if (use === 'drag') meanwhile();
        if (recalled) throw new CodedError('invalidState', 'this message was recalled');
        return { path: copy, name: 'plan.pdf' };
      },
      () => locked,
    ),
    window: () => ({ webContents: { startDrag: (item: unknown) => dragged.push(item) } }) as never,
  });
});
afterEach(() => rmSync(dir, { recursive: true }));

it('drags a copy under its own name, with the icon of its kind, after a last look at its message', async () => {
  expect(await drag.start(CHANNEL, 'k')).toEqual({ started: true });
  expect(dragged).toEqual([{ file: copy, icon: system.icon }]);
  expect(asked).toEqual(['drag', 'save']);
});

it.each([null, { isEmpty: () => true }])('has an icon where the system has none', async (icon) => {
  system.icon = icon;
  await drag.start(CHANNEL, 'k');
  expect(dragged).toEqual([{ file: copy, icon: { made: { width: 32, height: 32 } } }]);
});

it('drags nothing when the button is up, or another thing is held, before it is ready', async () => {
  meanwhile = () => drag.end();
  expect(await drag.start(CHANNEL, 'k')).toEqual({ started: false });
  meanwhile = () => undefined;
  const first = drag.start(CHANNEL, 'first');
  expect(await drag.start(CHANNEL, 'second')).toEqual({ started: true });
  expect(await first).toEqual({ started: false });
  expect(dragged).toHaveLength(1);
});

it('drags nothing that was recalled while it was made ready', async () => {
  meanwhile = () => undefined;
  const started = drag.start(CHANNEL, 'k');
  recalled = true;
  await expect(started).rejects.toMatchObject({ code: 'invalidState' });
  expect(dragged).toEqual([]);
});

it('drags nothing from behind a lock', async () => {
  const started = drag.start(CHANNEL, 'k');
  locked = true;
  await expect(started).rejects.toMatchObject({ code: 'locked' });
  expect(dragged).toEqual([]);
});
