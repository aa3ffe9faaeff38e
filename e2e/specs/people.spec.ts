/** People: their pictures, their cards, oneself. */
import { BLUE, colouredPng, expectAvatar, GREEN, RED, setAvatar } from '../fixtures/people/avatars.ts';
import { test } from '../fixtures/test.ts';

test('pictures of the server stand wherever somebody is shown, and change while one looks', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await connectPeer(world.bob);
  const owner = await connectPeer(world.alice);
  await setAvatar(bob, `users/${bob.uid}`, colouredPng(RED));
  await setAvatar(owner, `groups/${world.group.channelId}`, colouredPng(BLUE));
  await bob.sendText(world.group.channelId, world.group.channelType, '早');
  const carol = await openWindow(world.carol);
  const { page } = carol;

  await expectAvatar(carol.conversation(world.group.name), 'blue');
  await expectAvatar(carol.conversation(world.bob.name), 'red');
  // Nobody has set one: the letter.
  await expectAvatar(carol.conversation(world.alice.name), null);
  await carol.openChat(world.group.name);
  await expectAvatar(page.getByTestId('message-pane').locator('header'), 'blue');
  await expectAvatar(carol.flow.getByRole('article', { name: '早' }), 'red');
  await carol.page.keyboard.press('Control+I');
  const info = page.getByRole('complementary', { name: '群信息' });
  await expectAvatar(info.getByRole('listitem').filter({ hasText: world.bob.name }), 'red');
  await carol.composer.pressSequentially('@');
  await expectAvatar(
    page
      .getByRole('listbox', { name: '可提及的成员' })
      .getByRole('option')
      .filter({ hasText: world.bob.name }),
    'red',
  );
  await carol.composer.fill('');

  await setAvatar(bob, `users/${bob.uid}`, colouredPng(GREEN));
  await setAvatar(owner, `groups/${world.group.channelId}`, colouredPng(RED));
  await expectAvatar(carol.conversation(world.group.name), 'red');
  await expectAvatar(carol.flow.getByRole('article', { name: '早' }), 'green');
  await expectAvatar(info.getByRole('listitem').filter({ hasText: world.bob.name }), 'green');
});
