/**
 * What is said about a server that cannot be trusted or asked: sign-in form, banner, and the chat that shows its cache.
 */
import { expect, test } from '../fixtures/fake/fake-app.ts';

/** Ten minutes ahead: no machine is so busy that it comes while a test looks. */
const nextTry = (): number => Date.now() + 600_000;

const WORDS = {
  zh: {
    form: '服务器证书不受信任，未发送任何信息',
    banner: '服务器证书不受信任，未连接',
    cached: '离线，仅显示已缓存的消息',
    secure: {
      secureMissing: '服务器没有提供加密的消息连接（wss），不会改用不加密的连接',
      secureFailed: '加密的消息连接（wss）连不上，不会改用不加密的连接',
    },
    wrong: [
      ['ftp://im.example', '这不是服务器地址'],
      ['https://down.example', '无法连接'],
      ['https://untrusted.example', '服务器证书不受信任，未发送任何信息'],
      ['https://other.example', '不是悟空服务器'],
      ['https://elsewhere.example', '你的组织只允许登录指定的服务器'],
    ],
    secureForm: '此服务器只能用加密连接（https），现在连不上；不会改用不加密的 http',
    plainForm: '未加密连接，密码可能被窃听',
    retry: '立即重试',
    banned: '账号已被封禁，已下线',
    quit: ['已从其他设备退出电脑端登录，已下线', '已从其他设备退出电脑端登录，无法发送'],
    countdown: /(?<!\d)[345]\d\d 秒后重试/,
    connection: '连接状态',
    group: '悟空桌面端研发',
    server: '服务器地址',
  },
  en: {
    form: 'Server certificate is not trusted; nothing was sent',
    banner: 'Server certificate not trusted; not connected',
    cached: 'Offline; showing cached messages only',
    secure: {
      secureMissing: 'The server offers no encrypted line for messages (wss); an unencrypted one is not used',
      secureFailed: 'The encrypted line for messages (wss) cannot be reached; an unencrypted one is not used',
    },
    wrong: [
      ['ftp://im.example', 'This is not a server address'],
      ['https://down.example', 'Cannot connect'],
      ['https://untrusted.example', 'Server certificate is not trusted; nothing was sent'],
      ['https://other.example', 'Not a WuKong server'],
      ['https://elsewhere.example', 'Your organisation allows one server only'],
    ],
    secureForm: 'This server is only used over https, which cannot be reached; plain http is not used',
    plainForm: 'Not encrypted; your password could be read',
    retry: 'Retry now',
    banned: 'This account is banned; signed out by the server',
    quit: [
      'Signed out of computers from another device; this device is offline',
      'Signed out of computers from another device; sending is off',
    ],
    countdown: /retrying in [345]\d\d s/,
    connection: 'Connection',
    group: 'WuKong Desktop Dev',
    server: 'Server address',
  },
} as const;

for (const language of ['zh', 'en'] as const) {
  const theme = language === 'zh' ? 'light' : 'dark';
  const words = WORDS[language];

  test(`${language}: a certificate that is not trusted is named in the form and in the banner`, async ({
    openFake,
  }, testInfo) => {
    const form = await openFake({ language, theme, signedIn: false });
    await form.getByLabel(words.server).fill('https://untrusted.example');
    await expect(form.getByText(words.form)).toBeVisible();
    await form.screenshot({ animations: 'disabled', path: testInfo.outputPath('form.png') });
    for (const state of ['unreachable', 'offline'] as const) {
      const nextTryAtMs = nextTry();
      const page = await openFake({
        language,
        theme,
        connection: { state, nextTryAtMs, detail: 'certificate' },
      });
      const banner = page.getByRole('status').filter({ hasText: words.banner });
      await expect(banner).toBeVisible();
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`banner-${state}.png`) });
      await banner.getByRole('button', { name: words.retry }).click();
      await expect(banner).toHaveCount(0);
    }
  });

  test(`${language}: an encrypted line that is missing is named in the form and in the banner`, async ({
    openFake,
  }, testInfo) => {
    const form = await openFake({ language, theme, signedIn: false });
    await form.getByLabel(words.server).fill('https://only-secure.example');
    await expect(form.getByText(words.secureForm)).toBeVisible();
    await form.screenshot({ animations: 'disabled', path: testInfo.outputPath('form-secure.png') });
    for (const [address, sentence] of words.wrong) {
      await form.getByLabel(words.server).fill(address);
      await expect(form.getByText(sentence, { exact: true })).toBeVisible();
      await expect(form.locator('form .lucide-lock')).toHaveCount(0);
    }
    await form.getByLabel(words.server).fill('https://secure.example');
    await expect(form.locator('form .lucide-lock')).toHaveCount(1);
    // Also of this computer's own a closed lock stands beside no http address.
    await form.getByLabel(words.server).fill('http://127.0.0.1:8090');
    await expect(form.getByTestId('probed-server')).toHaveText('http://127.0.0.1:8090');
    await expect(form.locator('form .lucide-lock')).toHaveCount(0);
    await form.getByLabel(words.server).fill('http://plain.example');
    await expect(form.getByText(words.plainForm)).toBeVisible();
    await expect(form.getByTestId('probed-server')).toHaveText('http://plain.example');
    await form.screenshot({ animations: 'disabled', path: testInfo.outputPath('form-plain.png') });
    for (const detail of ['secureMissing', 'secureFailed'] as const) {
      const connection = { state: 'offline', nextTryAtMs: nextTry(), detail } as const;
      const page = await openFake({ language, theme, connection });
      const banner = page.getByRole('status', { name: words.connection });
      await expect(banner).toContainText(words.secure[detail]);
      await expect(banner.getByRole('button', { name: words.retry })).toBeInViewport();
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${detail}.png`) });
    }
  });

  test(`${language}: a banned account is told so, not that it is signed in elsewhere`, async ({
    openFake,
  }) => {
    const connection = { state: 'kicked', reason: 'banned', banned: true } as const;
    const page = await openFake({ language, theme, connection });
    await expect(page.getByRole('status', { name: words.connection })).toContainText(words.banned);
    await page.getByRole('option', { name: new RegExp(`^${words.group}`) }).click();
    await expect(page.getByTestId('composer-blocked')).toHaveText(words.banned);
    // The banner's way out is the only one.
    await expect(page.getByTestId('flow-offline')).toHaveText(words.cached);
  });

  test(`${language}: the phone's "quit PC" is a sentence of its own`, async ({ openFake }, testInfo) => {
    const connection = { state: 'kicked', reason: 'reason 12', quit: true } as const;
    const page = await openFake({ language, theme, connection });
    await expect(page.getByRole('status', { name: words.connection })).toContainText(words.quit[0]);
    await page.getByRole('option', { name: new RegExp(`^${words.group}`) }).click();
    await expect(page.getByTestId('composer-blocked')).toHaveText(words.quit[1]);
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('quit.png') });
  });

  test(`${language}: a clock set back while a countdown runs does not lengthen it`, async ({ openFake }) => {
    const connection = { state: 'offline', nextTryAtMs: nextTry() } as const;
    const page = await openFake({ language, theme, connection });
    const banner = page.getByRole('status', { name: words.connection });
    await expect(banner).toContainText(words.countdown);
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() - 3_600_000;
    });
    const before = await banner.innerText();
    await expect(banner).not.toHaveText(before);
    await expect(banner).toContainText(words.countdown);
  });

  test(`${language}: a chat that shows its cache says so until the server can be asked`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({
      language,
      theme,
      connection: { state: 'unreachable', nextTryAtMs: nextTry() },
    });
    await page.getByRole('option', { name: new RegExp(`^${words.group}`) }).click();
    const note = page.getByTestId('flow-offline');
    await expect(note).toContainText(words.cached);
    await expect(page.getByTestId('bubble').last()).toBeVisible();
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('cached.png') });
    // The connection comes back by itself: nobody has to ask for the messages again.
    const banner = page.getByRole('status', { name: words.connection });
    await banner.getByRole('button', { name: words.retry }).click();
    await expect(note).toHaveCount(0);
    await expect(page.getByTestId('bubble').last()).toBeVisible();
  });
}
