/** Placeholders that name the kind of what was recalled: off by default, in the flow and the list, never content. */
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const GROUP = fakePeople('zh', 0).mainGroup;

test('off by default; switched on, flow and reader say the kind, and nothing else of it', async ({
  openFake,
}) => {
  const page = await openFake();
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const picture = page.getByRole('article', { name: /\[图片\]/ }).last();
  await expect(picture).toBeVisible();
  const key = (await picture.getAttribute('data-message-key')) ?? '';
  await page.evaluate(
    ([channel, messageKey]) => window.wukong.invoke('messages.recall', { channel, key: messageKey }),
    [GROUP, key] as const,
  );
  const line = page.locator(`article[data-message-key="${key}"]`);
  await expect(line).toContainText('一条消息');
  await page.evaluate(() => window.wukong.invoke('shell.setSettings', { showRecalledKind: true }));
  await expect(line).toContainText('一张图片');
  await expect(line).not.toContainText('一条消息');

  await page.getByRole('button', { name: '设置', exact: true }).click();
  await page
    .getByRole('navigation', { name: '设置' })
    .getByRole('button', { name: '消息撤回', exact: true })
    .click();
  const kind = page.getByRole('switch', { name: /撤回提示显示类型/ });
  await expect(kind).toBeChecked();
  await kind.click();
  await page.keyboard.press('Escape');
  await expect(line).toContainText('一条消息');
});
