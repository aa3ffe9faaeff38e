import { beforeEach, expect, it, vi } from 'vitest';
import { ChatExport } from './chat-export.ts';
import { savePicture } from './drawn-pictures.ts';
import { askForFile, askWhereTo, cancelDialogsWhile } from './file-dialog.ts';
import { MediaActions } from './media-actions.ts';

const system = vi.hoisted(() => {
  const it = {
    meanwhile: (): void => undefined,
    async answer() {
      it.meanwhile();
      return { canceled: false, filePath: '/nowhere/at/all', filePaths: ['/nowhere/at/all'] };
    },
  };
  return it;
});
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  dialog: { showSaveDialog: () => system.answer(), showOpenDialog: () => system.answer() },
}));

let locked: boolean;
beforeEach(() => {
  locked = false;
  system.meanwhile = () => undefined;
  cancelDialogsWhile(() => locked);
});
const lockMeanwhile = (): void => {
  system.meanwhile = () => {
    locked = true;
  };
};

it('answers what was chosen, and nothing of what is chosen behind a lock', async () => {
  expect(await askWhereTo(null, {})).toBe('/nowhere/at/all');
  expect(await askForFile(null, {})).toBe('/nowhere/at/all');
  lockMeanwhile();
  expect(await askWhereTo(null, {})).toBeNull();
  expect(await askForFile(null, {})).toBeNull();
});

it('writes no chat, no file of a message and no picture where somebody says behind a lock', async () => {
  lockMeanwhile();
  const channel = { channelId: 'u', channelType: 1 };
  const written: unknown[] = [];
  const chatExport = new ChatExport({
    check: () => undefined,
    session: {
      async exportChat(order) {
        written.push(order);
        return { messages: 0, recalled: 0, missingFiles: 0, complete: true };
      },
    },
    language: () => 'en',
    window: () => null,
  });
  const wanted = { channel, since: null, until: null, format: 'txt', media: true, name: 'Cats' } as const;
  expect(await chatExport.write(wanted, 'A')).toBeNull();
  expect(written).toEqual([]);
  locked = false;
  const actions = new MediaActions({
    file: async () => ({ path: import.meta.filename, name: 'report.pdf' }),
    window: () => null,
  });
  expect(await actions.save(channel, 'k')).toEqual({ saved: false });
  locked = false;
  const png = Buffer.alloc(33);
  png.write('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1');
  png.writeUInt32BE(8, 16);
  png.writeUInt32BE(8, 20);
  expect(await savePicture('code', new Uint8Array(png), null)).toEqual({ saved: false });
});
