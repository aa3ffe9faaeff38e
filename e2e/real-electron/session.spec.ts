/** What Electron's own session keeps: nothing on the disk, and nothing at all after a sign-out. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { ROOT } from '../../scripts/paths.ts';
import { expect, test } from './electron-test.ts';

const SECRET = 'Wk71SessionResidue';

/** Files below `folder` that hold something, as paths from there. */
function filesWithContent(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      return stats?.isFile() === true && stats.size > 0;
    })
    .map((name) => relative(folder, join(folder, name)).replaceAll('\\', '/'));
}

/** Of the files that the page is made of. */
function largestOfPage(): { name: string; size: number } {
  const folder = join(ROOT, 'out', 'renderer', 'assets');
  const files = readdirSync(folder).map((name) => ({ name, size: statSync(join(folder, name)).size }));
  return files.reduce((largest, file) => (file.size > largest.size ? file : largest));
}

test('pages have a session in memory: cookies and storage are never written, and empty after a sign-out', async ({
  world,
  openWindow,
}) => {
  const alice = await openWindow(world.alice);
  const { app, page } = alice;
  await alice.openChat(world.bob.name);
  await alice.composer.fill(SECRET);
  await alice.composer.press('Enter');
  await expect(alice.bubble(SECRET)).toBeVisible();
  await page.evaluate((secret) => {
    localStorage.setItem('left', secret);
    sessionStorage.setItem('left', secret);
  }, SECRET);
  const seen = await app.evaluate(async ({ BrowserWindow }) => {
    const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
    await session?.cookies.set({ url: 'https://example.com', name: 'left', value: 'Wk71SessionResidue' });
    return { path: session?.getStoragePath() ?? null, persistent: session?.isPersistent() };
  });
  expect(seen).toEqual({ path: null, persistent: false });

  const left = await page.evaluate(() => window.wukong.invoke('shell.signOut', undefined));
  expect(left).toMatchObject({ ok: true });
  const after = await app.evaluate(async ({ BrowserWindow, session }) => {
    const own = BrowserWindow.getAllWindows()[0]?.webContents.session;
    return {
      cookies: (await own?.cookies.get({}))?.length,
      others: (await session.defaultSession.cookies.get({})).length,
      cache: await own?.getCacheSize(),
    };
  });
  expect(after).toEqual({ cookies: 0, others: 0, cache: 0 });
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.getItem('left')])).toEqual([0, null]);
  await app.close();
  expect(scanForResidue([app.userDataDir], [SECRET])).toEqual([]);
});

test('no file of the session holds a page, a cookie or an address', async ({ world, openWindow }) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.group.name);
  const { userDataDir } = alice.app;
  await alice.app.close();
  const files = filesWithContent(userDataDir);
  // What is written of a session with a place on disk, and of the caches of its pages.
  const ofPages =
    /(^|\/)(Cache|Code Cache|IndexedDB|Local Storage|Session Storage|Service Worker|blob_storage|databases|File System)\//;
  const withPages = files.filter((name) => ofPages.test(name)).map((name) => join(userDataDir, name));
  const named = withPages.filter((file) => readFileSync(file).includes('app://wukong'));
  expect(named.map((file) => relative(userDataDir, file))).toEqual([]);
  expect(files.filter((name) => name.startsWith('Partitions/'))).toEqual([]);
});

test('app:// answers ranges and large files to their end, and is nothing to other sessions', async ({
  launchApp,
}) => {
  const largest = largestOfPage();
  const app = await launchApp();
  await app.firstWindow();
  const answers = await app.evaluate(async ({ BrowserWindow, session }, name) => {
    const own = BrowserWindow.getAllWindows()[0]?.webContents.session;
    const whole = await own?.fetch('app://wukong/index.html');
    const text = (await whole?.text()) ?? '';
    const part = await own?.fetch('app://wukong/index.html', { headers: { range: 'bytes=2-8' } });
    const beyond = await own?.fetch('app://wukong/index.html', { headers: { range: 'bytes=9999999-' } });
    const large = await own?.fetch(`app://wukong/assets/${name}`);
    const reader = large?.body?.getReader();
    let bytes = 0;
    for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
      bytes += piece.value.byteLength;
    const elsewhere = await session.defaultSession.fetch('app://wukong/index.html').then(
      (answer) => String(answer.status),
      () => 'refused',
    );
    return {
      status: whole?.status,
      part: [part?.status, await part?.text(), part?.headers.get('content-range')],
      expected: [206, text.slice(2, 9), `bytes 2-8/${new TextEncoder().encode(text).length}`],
      beyond: beyond?.status,
      bytes,
      elsewhere,
    };
  }, largest.name);
  expect(answers.status).toBe(200);
  expect(answers.part).toEqual(answers.expected);
  expect(answers.beyond).toBe(416);
  expect(answers.bytes).toBe(largest.size);
  expect(answers.elsewhere).toBe('refused');
});

test('no dictionary is asked for, and nothing of the page leaves over the network', async ({ launchApp }) => {
  const app = await launchApp();
  const page = await app.firstWindow();
  const seen = await app.evaluate(({ BrowserWindow, session }) => {
    const asked: string[] = [];
    const own = BrowserWindow.getAllWindows()[0]?.webContents.session;
    for (const each of [own, session.defaultSession]) {
      each?.webRequest.onBeforeRequest((details, decide) => {
        if (!details.url.startsWith('app://')) asked.push(new URL(details.url).protocol);
        decide({});
      });
      each?.on('spellcheck-dictionary-download-begin', (_event, language) => void asked.push(language));
    }
    Object.assign(globalThis, { asked });
    return asked.length;
  });
  expect(seen).toBe(0);
  await page.reload();
  await page.getByRole('textbox').first().fill('mispeled wrods');
  await expect(page.getByRole('textbox').first()).toHaveValue('mispeled wrods');
  expect(await app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)).toEqual([]);
});
