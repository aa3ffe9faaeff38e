/**
 * ui.md 5 "everywhere else": what is open over the message at that moment: its menu, search results, search in the
 * chat.
 */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';

const SECRET = '竞标价机密 Rb2J';
const MARK = 'Rb2J';

test('an open context menu closes and the focus goes to the placeholder', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  await carol.sendText(...to, '前面一条');
  const secret = await carol.sendText(...to, SECRET);
  await carol.sendText(...to, '后面一条');
  await bob.openChat(world.carol.name);
  const menu = await bob.openMenu(SECRET);
  await recordDeltas(bob.page);

  await carol.revoke(...to, secret);
  await expect(bob.tip(`${world.carol.name} 撤回了一条消息`)).toBeVisible();
  await expect(menu).toHaveCount(0);
  await expect(bob.flow.locator('[data-message-key]:focus').getByTestId('recall-tip')).toBeVisible();
  await expectNowhere(MARK, bob.page);
  await expectPushedWithout(bob.page, MARK);
});

test('open search results and the highlight in the chat lose it, and the focus stays usable', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const alice = await openWindow(world.alice);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const group = [world.group.channelId, world.group.channelType] as const;
  await carol.sendText(...group, '竞标价公开的那条');
  const secret = await carol.sendText(...group, SECRET);
  await bob.openChat(world.group.name);
  await alice.openChat(world.group.name);

  // Bob: the hit list, focus on the hit. Alice: the bar of the chat, on the hit.
  const field = bob.page.getByRole('searchbox', { name: '搜索' }).first();
  await field.fill('竞标价');
  const results = bob.page.getByRole('listbox', { name: '搜索结果' });
  const hit = results.getByRole('option').filter({ hasText: MARK });
  await expect(hit.locator('mark')).toHaveText('竞标价');
  await hit.focus();
  await alice.bubble(SECRET).click();
  await alice.page.keyboard.press('Control+f');
  await alice.page.getByRole('textbox', { name: '在会话中搜索' }).fill(MARK);
  await expect(alice.page.getByTestId('chat-search-count')).toHaveText('1 / 1');

  await Promise.all([recordDeltas(bob.page), recordDeltas(alice.page)]);
  await carol.revoke(...group, secret);
  await expect(hit).toHaveCount(0);
  await expect(results.getByRole('option')).toHaveCount(1);
  await expect(results.getByRole('option').first()).toBeFocused();
  await expect(bob.page.getByRole('status').filter({ hasText: '搜索结果已更新' })).toHaveCount(1);
  await expect(alice.page.getByTestId('chat-search-count')).toHaveText('无结果');
  // The search words are the searcher's own; the message is gone.
  await alice.page.keyboard.press('Escape');
  await expectNowhere(SECRET, alice.page, bob.page);
  await expectPushedWithout(bob.page, MARK);
  await expectPushedWithout(alice.page, MARK);

  await field.fill(MARK);
  await expect(bob.page.getByText(`没有找到“${MARK}”`)).toBeVisible();
});
