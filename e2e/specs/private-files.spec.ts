/** Whatever the umask is, nobody else on this computer reads what the app and the embedded servers keep. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from '../fixtures/test.ts';
import {
  answerDialogs,
  document,
  files,
  images,
  pick,
  picture,
  sendAttached,
} from '../fixtures/people/media.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true, keptCode: false });

test.skip(process.platform === 'win32', 'rights are those of the folder there');

/** Every file and folder that others may read, write or enter. */
function open(root: string): string[] {
  const all = [
    root,
    ...readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name)),
  ];
  return all.flatMap((path) => {
    // (A file that went meanwhile is readable to nobody; a socket has the rights of its folder.)
    const found = statSync(path, { throwIfNoEntry: false });
    const isOpen = found && !found.isSocket() && (found.mode & 0o077) !== 0;
    return isOpen ? [`${(found.mode & 0o777).toString(8)} ${relative(root, path)}`] : [];
  });
}
const names = (root: string): string => readdirSync(root, { recursive: true, encoding: 'utf8' }).join('\n');

let before: number;
test.beforeEach(() => {
  before = process.umask(0);
});
test.afterEach(() => {
  process.umask(before);
});

test('profile and server data are for this user alone under umask 0', async ({
  servers,
  world,
  openWindow,
  reopen,
  tempDir,
}) => {
  test.setTimeout(180_000);
  const alice = await openWindow(world.alice);
  const profile = alice.app.userDataDir;
  await alice.openChat(world.bob.name);
  await alice.sendAcked('tiger-4711');
  await pick(alice, 'image', picture('chart.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document('report.txt', 'report line'));
  await sendAttached(alice);
  await expect(images(alice)).toHaveCount(1);
  const dialogs = await answerDialogs(alice.app, join(tempDir, 'saved.txt'));
  const file = files(alice).first();
  await file.getByRole('button', { name: '打开' }).click();
  await expect.poll(dialogs.opened).toHaveLength(1);
  // What waits: words, and a file that is not uploaded yet.
  await servers.stop();
  await alice.send('wartet');
  await pick(alice, 'file', document('later.txt', 'waits'));
  await alice.page.getByTestId('send').click();
  await expect(files(alice)).toHaveCount(2);

  const kept = names(profile);
  for (const part of ['cache.db-wal', 'cache.db-shm', 'outbox.db-wal', 'outbox-media/', '.open/', '.log'])
    expect(kept).toContain(part);
  expect(open(profile)).toEqual([]);
  await servers.start();
  expect(names(servers.dataDir)).toContain('.db-wal');
  expect(open(servers.dataDir)).toEqual([]);

  await alice.app.close();
  const again = await reopen(alice.app);
  await again.openChat(world.bob.name);
  await expect(files(again)).toHaveCount(2);
  expect(open(profile)).toEqual([]);
});
