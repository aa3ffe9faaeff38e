/**
 * A merged forward in two windows: sent from a selection, read with its picture and its video, and what a recall of
 * each of its messages, and of itself, leaves of it on screen, in memory and on the disk. Also one that comes after the
 * recall.
 */
import { filmAt } from '../fixtures/people/player.ts';
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { film } from '../fixtures/people/film.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import {
  expectShown,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
} from '../fixtures/people/media.ts';
import { expect, test } from '../fixtures/test.ts';

const SECRET = 'Fw3Msecretwords';
const KEPT = 'Fw3Mkeptwords';
const BYTES = 'Fw3Msecretbytes';
const FILM_BYTES = 'Fw3Msecretfilm';
const LATE = 'Fw3Mlatewords';
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

const residue = (secrets: readonly string[], dirs: readonly string[]): string[] =>
  dirs.flatMap((dir) =>
    scanForResidue([dir], [...secrets]).map((hit) => `${relative(dir, hit.path)}: ${hit.form}`),
  );

test('forwarded as one message, read, and recalled entry by entry, as a whole, and before it came', async ({
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(240_000);
  const [alice, bob] = await Promise.all([openWindow(world.alice), openWindow(world.bob)]);
  const carol = await connectPeer(world.carol);
  const { channelId, channelType } = world.group;
  await alice.openChat(world.group.name);
  await bob.openChat(world.alice.name);
  const secret = await carol.sendText(channelId, channelType, SECRET);
  const kept = await carol.sendText(channelId, channelType, KEPT);
  await expect(alice.bubble(KEPT)).toBeVisible();
  await pick(alice, 'image', picture('chart.png', BYTES), {
    name: 'clip.webm',
    mimeType: 'video/webm',
    buffer: film(8, { mark: FILM_BYTES, bytes: 200_000 }),
  });
  await sendAttached(alice);
  await expect(alice.flow.getByTestId('video')).toHaveAttribute('data-state', 'here');

  // ---- sending
  await alice.bubble(SECRET).focus();
  await alice.page.keyboard.press('x');
  for (let i = 0; i < 3; i += 1) await alice.page.keyboard.press('Shift+ArrowDown');
  await alice.page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
  const dialog = alice.page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '合并转发' }).click();
  const search = dialog.getByRole('textbox', { name: '搜索会话、联系人' });
  for (const name of [world.bob.name, world.carol.name]) {
    await search.fill(name);
    await dialog.getByRole('option', { name }).first().click();
  }
  await dialog.getByRole('button', { name: '转发' }).click();
  await expect(alice.page.getByRole('status').filter({ hasText: '已转发到 2 个会话' })).toBeVisible();
  const received = () => carol.received.filter(({ payload }) => payload['type'] === 11);
  await expect.poll(() => received().length).toBe(1);
  const entry = (message: { messageId: string }, content: string) => ({
    message_id: message.messageId,
    from_uid: world.carol.uid,
    timestamp: expect.any(Number) as unknown,
    payload: { type: 1, content },
  });
  expect(received()[0]?.payload).toEqual({
    type: 11,
    channel_type: 2,
    users: [
      { uid: world.carol.uid, name: world.carol.name },
      { uid: world.alice.uid, name: world.alice.name },
    ],
    msgs: [
      entry(secret, SECRET),
      entry(kept, KEPT),
      ...[2, 5].map((type) =>
        expect.objectContaining({ from_uid: world.alice.uid, payload: expect.objectContaining({ type }) }),
      ),
    ],
  });

  // ---- who asks before a recall is told that there are copies
  await alice.page.keyboard.press('Control+Alt+z');
  const question = alice.page.getByRole('alertdialog', { name: '撤回最近发的 2 条？' });
  await expect(question.getByTestId('out-of-reach')).toContainText('已合并转发到别处的副本');
  await alice.page.keyboard.press('Escape');

  // ---- reading
  const card = bob.flow.getByTestId('history-card');
  await expect(card).toContainText('群的聊天记录');
  await expect(card).toContainText(`${world.carol.name}：${SECRET}`);
  await expect(card).toContainText(`${world.alice.name}：[图片]`);
  await card.getByRole('button').click();
  const reader = bob.page.getByRole('dialog');
  const entries = reader.getByTestId('history-entry');
  await expect(entries).toHaveCount(4);
  await expect(entries.first()).toContainText(SECRET);
  await expectShown(entries.nth(2).getByTestId('image'));
  // The scans can find them.
  expect(residue([SECRET], [bob.app.userDataDir])).not.toEqual([]);
  expect(residue([BYTES], [bob.app.userDataDir])).not.toEqual([]);
  expect(holds(await pageHeap(bob.page), SECRET)).toBe(true);

  // ---- one entry is recalled, in a chat that is not on the screen
  await carol.revoke(channelId, channelType, secret);
  await expect(entries.first()).toHaveText('一条消息已被撤回');
  await expect(card).toContainText('一条消息已被撤回');
  await expect(reader).toContainText('4 条中 1 条已被撤回');
  await expect(entries.nth(1)).toContainText(KEPT);
  await expectNowhere(SECRET, alice.page, bob.page);
  for (const { page } of [alice, bob]) await expectForgotten(() => pageHeap(page), SECRET);
  await expectForgotten(() => mainHeap(bob.app, tempDir), SECRET);
  await expectForgotten(() => coreHeap(bob.app, tempDir), SECRET);
  const dirs = [alice.app.userDataDir, bob.app.userDataDir];
  const erased = (...words: string[]): Promise<void> =>
    expect.poll(() => residue(words, dirs), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
  await erased(SECRET);

  // ---- its video, while it plays in the reader
  const player = bob.page.getByTestId('film-viewer');
  await entries.nth(3).getByTestId('video').getByRole('button').first().click();
  await expect(player).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(bob.page)).toBeGreaterThan(0);
  expect(residue([FILM_BYTES], [bob.app.userDataDir])).not.toEqual([]);
  await recallAttached(alice, alice.flow.getByTestId('video'));
  await expect(player).toHaveCount(0);
  await expect(entries.nth(3)).toHaveText('一条消息已被撤回');
  await erased(FILM_BYTES);
  // What is left of the others is loaded again.
  await expectShown(entries.nth(2).getByTestId('image'));

  // ---- its picture
  await recallAttached(alice, images(alice).last());
  await expect(entries.nth(2)).toHaveText('一条消息已被撤回');
  await expect(reader.locator('img[src*="media"]')).toHaveCount(0);
  await erased(BYTES);

  // ---- the forward itself, while it is read
  await alice.openChat(world.bob.name);
  await recallAttached(alice, alice.flow.getByTestId('history-card'));
  await expect(reader).toHaveCount(0);
  await expect(bob.page.getByText('聊天记录已被撤回，已关闭')).toBeVisible();
  await expect(card).toHaveCount(0);
  await expectNowhere(KEPT, bob.page);
  await expectForgotten(() => pageHeap(bob.page), KEPT);

  // ---- a copy that comes when the recall is known: its words are never there
  await bob.openChat(world.carol.name);
  await carol.send(world.bob.uid, 1, {
    type: 11,
    channel_type: 2,
    users: [{ uid: world.carol.uid, name: world.carol.name }],
    msgs: [{ ...entry(secret, LATE), timestamp: 1 }],
  });
  await expect(card).toHaveText(/聊天记录中的消息已全部撤回/);
  await expect(card.getByRole('button')).toHaveCount(0);
  await expectNowhere(LATE, bob.page);
  await erased(LATE);
});
