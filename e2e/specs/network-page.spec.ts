/** The page of the network at its narrowest: paths run under nothing, and what an organisation sets looks locked. */
import { expect, test } from '../fixtures/fake/fake-app.ts';

const config = { mode: 'manual', kind: 'http', host: 'proxy.corp.example', port: 3128, pacUrl: '' } as const;
const path = `/etc/ssl/${'certificates-of-the-organisation'.repeat(4)}.pem`;

for (const language of ['zh', 'en'] as const) {
  test(`${language}: the path of a file and its buttons stand beside each other`, async ({ openFake }) => {
    const page = await openFake({
      language,
      width: 720,
      height: 480,
      network: { config, caFile: { path, problem: 'damaged' } },
    });
    await page.getByRole('button', { name: language === 'zh' ? '设置' : 'Settings' }).click();
    await page.getByRole('button', { name: language === 'zh' ? '网络' : 'Network' }).click();
    const words = page.getByText(path);
    await words.scrollIntoViewIfNeeded();
    const [text, remove] = await Promise.all([
      words.boundingBox(),
      page.getByRole('button', { name: language === 'zh' ? '移除' : 'Remove' }).boundingBox(),
    ]);
    expect((text?.x ?? 0) + (text?.width ?? 0)).toBeLessThanOrEqual(remove?.x ?? 0);
  });
}

test('the fields of a proxy that an organisation sets are not those of one to fill in', async ({
  openFake,
}) => {
  const boxOf = async (managed: boolean): Promise<string> => {
    const page = await openFake({ network: { config, managed: { proxy: managed, caFile: false } } });
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '网络' }).click();
    const field = page.getByLabel('代理地址');
    await expect(field).toHaveValue('proxy.corp.example');
    await expect(field).toBeEditable({ editable: !managed });
    return field.evaluate((input) => getComputedStyle(input.parentElement ?? input).backgroundColor);
  };
  expect(await boxOf(true)).not.toBe(await boxOf(false));
});
