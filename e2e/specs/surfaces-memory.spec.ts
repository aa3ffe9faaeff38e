/** What the memory of the window and of the main process keeps after a recall: old trees, stores, deltas, notifications. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test, type AppHandle } from '../fixtures/app.ts';
import { openAs } from '../fixtures/chat-page.ts';
import { Peer } from '../fixtures/peer.ts';
import { createWorld, PASSWORD } from '../fixtures/world.ts';

const MARK = 'memory-marker-Gx4P';
const SECRET = `${MARK} 只在内存里找`;

function stringsOf(snapshot: string): string[] {
  const { strings } = JSON.parse(snapshot) as { strings: string[] };
  return strings.filter((text) => text.includes(MARK)).map((text) => text.slice(0, 200));
}

/** Strings of the page's heap, after a collection, that contain the marker. */
async function pageHeap(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return stringsOf(chunks.join(''));
}

/** The same of the main process. Writing a snapshot collects garbage first. */
async function mainHeap(app: AppHandle, tempDir: string): Promise<string[]> {
  const path = join(tempDir, 'main.heapsnapshot');
  await app.evaluate((_electron, file) => {
    process.getBuiltinModule('node:v8').writeHeapSnapshot(file);
  }, path);
  return stringsOf(readFileSync(path, 'utf8'));
}

test('window (once the chat is left) and main process forget what was recalled', async ({
  servers,
  launchApp,
  tempDir,
}) => {
  const world = await createWorld(servers.api);
  const app = await launchApp();
  const bob = await openAs(await app.firstWindow(), servers.api, world.bob);
  const carol = await Peer.signIn(servers.api, world.carol.username, PASSWORD);
  await carol.connect();
  const to = [world.bob.uid, 1] as const;
  await bob.openChat(world.group.name);
  await carol.sendText(...to, '前面一条');
  const secret = await carol.sendText(...to, SECRET);
  await expect
    .poll(async () => (await app.native.notifications()).some(({ body }) => body.includes(MARK)))
    .toBe(true);
  expect((await mainHeap(app, tempDir)).length).toBeGreaterThan(0);
  await bob.openChat(world.carol.name);
  await expect(bob.bubble(MARK)).toBeVisible();
  expect((await pageHeap(bob.page)).length).toBeGreaterThan(0);

  await carol.revoke(...to, secret);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  // React keeps the last version of a tree until the next one, and callbacks of a chat live as long as it is open.
  await carol.sendText(...to, '后面一条');
  await expect(bob.bubble('后面一条')).toBeVisible();
  await bob.openChat(world.group.name);
  await expect.poll(() => pageHeap(bob.page)).toEqual([]);
  await expect.poll(() => mainHeap(app, tempDir)).toEqual([]);
  carol.close();
});
