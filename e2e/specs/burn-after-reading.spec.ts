/**
 * Burn after reading (docs/burn-after-reading.md): what is covered says nothing anywhere, is opened by keyboard or
 * click, counts down, and is gone from the window, the processes and the disk; a chat that has it on sends it.
 */
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectShown, images, pick, picture, sendAttached, viewer } from '../fixtures/people/media.ts';

const MARK = 'Fl4meMarkQz';
const SECRET = `${MARK} 看完就没了`;
const COVER = '[阅后即焚消息]';
const SECONDS = 5;
/** recall.md: within 5 s of the end; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

const residue = (dir: string): string[] =>
  scanForResidue([dir], [MARK]).map((hit) => `${relative(dir, hit.path)}: ${hit.form} at ${hit.offset}`);

test('covered everywhere, opened by the keyboard, gone from window, processes and disk', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
  tempDir,
}) => {
  // Heap snapshots take seconds on a busy machine.
  test.setTimeout(180_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const { page } = bob;
  const covered = bob.flow.getByRole('article', { name: /阅后即焚消息/ });
  // Bob looks elsewhere: the message raises a notification.
  await bob.openChat(world.alice.name);
  await carol.sendText(world.bob.uid, 1, '前面一条');
  const sent = await carol.send(world.bob.uid, 1, {
    type: 1,
    content: SECRET,
    flame: 1,
    flame_second: SECONDS,
  });
  await expect(bob.conversation(world.carol.name)).toContainText(COVER);
  await expect
    .poll(async () => (await bob.app.native.notifications()).some(({ body }) => body.includes(COVER)))
    .toBe(true);
  expect((await bob.app.native.notifications()).some(({ body }) => body.includes(MARK))).toBe(false);
  await bob.openChat(world.carol.name);
  await expect(covered).toHaveAttribute('aria-label', /阅后即焚消息，按回车查看/);
  await expect(covered.getByTestId('covered')).toContainText('阅后即焚 · 点击查看');
  await expectNowhere(MARK, page);
  expect(holds(await pageHeap(page), MARK)).toBe(false);
  // It is not in the search, and what quotes it elsewhere has none of its words.
  await page.getByRole('searchbox', { name: '搜索' }).first().fill(MARK);
  await expect(page.getByText('没有找到').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await carol.send(world.bob.uid, 1, {
    type: 1,
    content: '引用它的一条',
    reply: {
      message_id: sent.messageId,
      message_seq: sent.messageSeq,
      from_uid: world.carol.uid,
      from_name: world.carol.name,
      payload: { type: 1, content: SECRET },
    },
  });
  await expect(bob.bubble('引用它的一条').getByTestId('quote')).toContainText(COVER);

  // Nothing of what carries a message elsewhere is offered, nor done by its key.
  await covered.getByTestId('bubble').click({ button: 'right' });
  const menu = page.getByRole('menu', { name: '消息操作' });
  await expect(menu.getByRole('menuitem')).toHaveText([/^查看/, /^仅为我删除/]);
  await page.keyboard.press('Escape');
  await covered.focus();
  for (const key of ['r', 'e', 'f', 'x', 'Control+c']) await page.keyboard.press(key);
  await expect(page.getByTestId('reply-bar')).toHaveCount(0);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('checkbox')).toHaveCount(0);

  await page.keyboard.press('Enter');
  const open = bob.bubble(MARK);
  await expect(open).toBeVisible();
  await expect(open.getByTestId('flame-left')).toHaveText(/^[1-5]$/);
  expect(residue(bob.app.userDataDir).length).toBeGreaterThan(0);
  // Open, it is as much to be kept here: the list says nothing, and its text cannot be taken along.
  await expect(bob.conversation(world.carol.name)).not.toContainText(MARK);
  await expect(bob.bubble('引用它的一条').getByTestId('quote')).toContainText(COVER);
  await open.getByTestId('bubble').selectText();
  await page.keyboard.press('Control+c');
  expect(await bob.app.native.clipboard()).not.toContain(MARK);
  await page.evaluate(() => window.getSelection()?.removeAllRanges());

  await expect(open).toHaveCount(0, { timeout: (SECONDS + 10) * 1_000 });
  await expect(bob.bubble('前面一条')).toBeVisible();
  await expectNowhere(MARK, page);
  await expectForgotten(() => pageHeap(page), MARK);
  await expectForgotten(() => mainHeap(bob.app, tempDir), MARK);
  await expectForgotten(() => coreHeap(bob.app, tempDir), MARK);
  await expect
    .poll(() => residue(bob.app.userDataDir), { timeout: ERASED_WITHIN_MS, intervals: [500] })
    .toEqual([]);
  // Bob's other devices learn of it from the server; carol keeps hers.
  const deletedFor = async (person: typeof world.bob, other: string): Promise<number | undefined> => {
    const peer = await signInPeer(person);
    const { messages } = await peer.call<{ messages: { message_seq: number; is_deleted: number }[] }>(
      'POST',
      'message/channel/sync',
      {
        channel_id: other,
        channel_type: 1,
        start_message_seq: 0,
        end_message_seq: 0,
        limit: 50,
        pull_mode: 1,
      },
    );
    return messages.find(({ message_seq }) => message_seq === sent.messageSeq)?.is_deleted;
  };
  await expect.poll(() => deletedFor(world.bob, world.carol.uid)).toBe(1);
  expect(await deletedFor(world.carol, world.bob.uid)).toBe(0);
});

test('a chat that has it on sends words and pictures so, says it, and what ends with the chat ends there', async ({
  world,
  openTwo,
  signInPeer,
}) => {
  const { alice, bob } = await openTwo('person');
  const pane = alice.page.getByRole('button', { name: '会话信息' });
  await pane.click();
  await alice.page.getByRole('switch', { name: '阅后即焚' }).click();
  await expect(alice.page.getByTestId('flame-note')).toContainText('离开会话后销毁');
  const settings = await signInPeer(world.alice);
  const setting = (): Promise<object> => settings.call('GET', `users/${world.bob.uid}`);
  await expect.poll(setting).toMatchObject({ flame: 1, flame_second: 0 });
  const closePane = (): Promise<void> =>
    alice.page.getByRole('complementary', { name: '个人信息' }).getByRole('button', { name: '关闭' }).click();
  await closePane();

  await alice.composer.fill(SECRET);
  await alice.composer.press('Enter');
  const covered = bob.flow.getByTestId('covered');
  const burning = bob.flow.getByTestId('covered').or(bob.flow.getByTestId('flame-left'));
  await expect(covered).toHaveText(/点击查看/);
  await expect(alice.flow.getByTestId('covered')).toHaveText(/点击查看/);
  await expectNowhere(MARK, alice.page, bob.page);
  await covered.getByRole('button').click();
  await expect(bob.bubble(MARK)).toBeVisible();
  // It has no end of its own: it stays until bob looks at another chat.
  await expect(bob.bubble(MARK).getByTestId('flame-left')).toHaveAttribute('title', '离开会话后销毁');
  await bob.openChat(world.group.name);
  await bob.openChat(world.alice.name);
  await expect(burning).toHaveCount(0);
  await expectNowhere(MARK, bob.page);

  // A picture has no thumbnail; what is looked at in the viewer goes with it.
  await pick(alice, 'image', picture('secret-chart.png', MARK));
  await sendAttached(alice);
  await expect(covered).toHaveText(/点击查看/);
  await expect(images(bob)).toHaveCount(0);
  await covered.getByRole('button').click();
  await expectShown(images(bob).first());
  await images(bob).first().getByRole('button').first().click();
  await expect(viewer(bob)).toBeVisible();
  await expect(viewer(bob).getByRole('button', { name: '另存为' })).toHaveCount(0);
  await bob.page.keyboard.press('Escape');
  await expect(burning).toHaveCount(0);
  await expect(images(bob)).toHaveCount(0);

  // Other seconds, and off again from another device.
  await pane.click();
  await alice.page.getByRole('combobox', { name: '销毁时间' }).selectOption('10');
  await expect(alice.page.getByTestId('flame-note')).toContainText('10 秒后销毁');
  await expect.poll(setting).toMatchObject({ flame: 1, flame_second: 10 });
  await closePane();
  await settings.call('PUT', `users/${world.bob.uid}/setting`, { flame: 0 });
  await expect(alice.page.getByTestId('flame-note')).toHaveCount(0);
  await alice.sendAcked('普通的一条');
  await expect(bob.bubble('普通的一条')).toBeVisible();
});
