import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ExportOrder } from '../../../shared/ipc/worker-protocol.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { checkExport } from '../policies/enforced.ts';
import { policiesOf } from '../policies/policy-values.ts';
import { ChatExport, type WantedExport } from './chat-export.ts';

const system = vi.hoisted(() => ({
  asked: [] as { defaultPath: string }[],
  answer: { canceled: false, filePath: '' },
  opened: [] as string[],
  problem: '',
  shown: [] as string[],
}));
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  dialog: {
    async showSaveDialog(options: { defaultPath: string }) {
      system.asked.push(options);
      return system.answer;
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

const EXPORTED = { messages: 3, recalled: 1, missingFiles: 0, complete: true };
let dir: string;
let orders: ExportOrder[];
beforeEach(() => {
  dir = tempFolder('wukong-export-');
  orders = [];
  Object.assign(system, { asked: [], opened: [], shown: [], problem: '' });
  system.answer = { canceled: false, filePath: join(dir, 'chat.html') };
});
afterEach(() => rmSync(dir, { recursive: true }));

const create = (check: () => void = () => undefined): ChatExport =>
  new ChatExport({
    check,
    session: {
      async exportChat(order) {
        orders.push(order);
        writeFileSync(order.path, 'x');
        return EXPORTED;
      },
    },
    language: () => 'en',
    window: () => null,
  });
const wanted = (more: Partial<WantedExport> = {}): WantedExport => ({
  channel: { channelId: 'u', channelType: 1 },
  since: null,
  until: null,
  format: 'html',
  media: true,
  name: 'Cats',
  ...more,
});

it('asks under a safe name, and writes nowhere but where the answer says', async () => {
  const exported = create();
  expect(await exported.write(wanted({ name: '../a/b\u202e:?.exe' }), 'A')).toEqual(EXPORTED);
  expect(system.asked[0]?.defaultPath).toMatch(/^\/downloads\/_a_b__\.exe \d{4}-\d\d-\d\d\.html$/);
  expect(orders[0]).toMatchObject({
    path: join(dir, 'chat.html'),
    language: 'en',
    name: '../a/b\u202e:?.exe',
  });
  system.answer = { canceled: true, filePath: '' };
  expect(await exported.write(wanted(), 'A')).toBeNull();
  expect(orders).toHaveLength(1);
});

it('gives a name without an ending one, and replaces nothing that nobody was asked about', async () => {
  system.answer.filePath = join(dir, 'chat');
  await create().write(wanted({ format: 'txt' }), 'A');
  await create().write(wanted({ format: 'txt' }), 'A');
  expect(readdirSync(dir).sort()).toEqual(['chat (2).txt', 'chat.txt']);
});

it('asks nobody where a policy forbids it', async () => {
  const forbidden = create(() =>
    checkExport(policiesOf({ kind: 'values', where: '', values: { DisableExport: true } })),
  );
  await expect(forbidden.write(wanted(), 'A')).rejects.toMatchObject({ code: 'managed' });
  expect(system.asked).toEqual([]);
});

it('opens what an account wrote last, as long as it is there, or shows it where nothing opens it', async () => {
  const exported = create();
  await expect(exported.open('A')).rejects.toMatchObject({ code: 'notFound' });
  await exported.write(wanted(), 'A');
  await expect(exported.open('B')).rejects.toMatchObject({ code: 'notFound' });
  await exported.open('A');
  system.problem = 'no program';
  await exported.open('A');
  expect([system.opened.length, system.shown]).toEqual([2, [join(dir, 'chat.html')]]);
  rmSync(join(dir, 'chat.html'));
  await expect(exported.open('A')).rejects.toMatchObject({ code: 'notFound' });
  await exported.write(wanted(), 'A');
  exported.forget('A');
  await expect(exported.open('A')).rejects.toMatchObject({ code: 'notFound' });
});
