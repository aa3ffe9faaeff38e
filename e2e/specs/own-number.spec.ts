/** The own number of a new account: nothing that is not it stands in its place while it is on its way. */
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

test('the place of the own number is empty until the server says it, and never holds the user name', async ({
  openFake,
}) => {
  const { me } = fakePeople('zh', 0);
  const page = await openFake({ empty: true });
  const first = page.getByRole('region', { name: /^欢迎/ });
  await expect(first.getByText('10086')).toBeVisible();
  await page.evaluate(
    (unknown) => {
      const { fakeControls } = window as unknown as { fakeControls: FakeControls };
      fakeControls.hold(['account.profile']);
      fakeControls.push([{ kind: 'me', me: unknown }]);
    },
    { ...me, shortNo: '' },
  );
  await expect(first.getByText('我的号码')).toBeVisible();
  await expect(first.getByText(me.username)).toHaveCount(0);
  await expect(first.getByRole('button', { name: '复制短号' })).toHaveCount(0);
  await expect(first.locator('[aria-busy="true"]')).toBeVisible();
  await page.evaluate(() => (window as unknown as { fakeControls: FakeControls }).fakeControls.hold([]));
  await expect(first.getByText('10086')).toBeVisible();
  await expect(first.locator('[aria-busy="true"]')).toHaveCount(0);

  // A server that cannot be asked: the user name finds one, too.
  const other = await openFake({ empty: true });
  const its = other.getByRole('region', { name: /^欢迎/ });
  await expect(its.getByText('10086')).toBeVisible();
  await other.evaluate(
    (unknown) => {
      const { fakeControls } = window as unknown as { fakeControls: FakeControls };
      fakeControls.fail(['account.profile']);
      fakeControls.push([{ kind: 'me', me: unknown }]);
    },
    { ...me, shortNo: '' },
  );
  await expect(its.getByText(me.username)).toBeVisible();
});
