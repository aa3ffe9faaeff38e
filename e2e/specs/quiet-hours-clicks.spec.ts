/** Quiet hours, which are stored as a whole: clicks that come faster than what they ask for is back. */
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { Walker } from '../fixtures/walk/walk.ts';

test('days that are clicked one right after the other all change', async ({ openFake }) => {
  const page = await openFake({ language: 'en' });
  const at = new Walker(page, 'en');
  await at.openSettings('通知', 'Notifications');
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  const days = page.getByRole('group', { name: 'Days on which they begin' }).getByRole('button');
  await expect(days).toHaveCount(7);
  const pressed = () => days.evaluateAll((all) => all.map((day) => day.getAttribute('aria-pressed')));
  const before = await pressed();
  await days.evaluateAll((all) => all.forEach((day) => (day as HTMLElement).click()));
  await expect.poll(pressed).toEqual(before.map((on) => (on === 'true' ? 'false' : 'true')));
});
