/** The sign-in form by itself: nothing in it moves, each refusal has its words, and every way in has its states. */
import type { Locator, Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { resize } from '../fixtures/walk/layout.ts';

type Language = 'zh' | 'en';
const WORDS = {
  zh: {
    server: '服务器地址',
    username: '用户名',
    password: '密码',
    signIn: '登录',
    register: '注册',
    wrong: '密码不正确',
    scan: '扫码登录',
    forgot: '忘记密码',
    toPhone: '用手机号登录',
    verify: '验证新设备',
    toPassword: '改用密码登录',
    back: '返回登录',
  },
  en: {
    server: 'Server address',
    username: 'Username',
    password: 'Password',
    signIn: 'Sign in',
    register: 'Register',
    wrong: 'Wrong password',
    scan: 'Sign in with a QR code',
    forgot: 'Forgot password?',
    toPhone: 'Use a phone number',
    verify: 'Verify this device',
    toPassword: 'Use a password',
    back: 'Back to sign in',
  },
} as const;

const calls = (page: Page, channel: string): Promise<number> =>
  page.evaluate(
    (name) =>
      (window as unknown as { fakeControls: FakeControls }).fakeControls.calls.filter(
        (call) => call.channel === name,
      ).length,
    channel,
  );
const scanned = (page: Page, answer: Parameters<FakeControls['scanned']>[0]): Promise<void> =>
  page.evaluate(
    (value) => (window as unknown as { fakeControls: FakeControls }).fakeControls.scanned(value),
    answer,
  );
const field = (page: Page, label: string): Locator => page.getByLabel(label, { exact: true });
/** Boxes of everything that somebody types into or presses. */
const boxes = (page: Page): Promise<unknown[]> =>
  page
    .locator('main')
    .locator('input, button[type="submit"]')
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as unknown));
/** What is wider than the window: the page itself, or something in it that scrolls or hangs over the edge. */
const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body, body *')]
      .filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        if (width === 0 || each.closest('svg, [aria-hidden="true"], .visually-hidden')) return false;
        const { overflowX } = getComputedStyle(each);
        const scrolls = /auto|scroll/.test(overflowX) && each.scrollWidth > each.clientWidth;
        return scrolls || left < -0.5 || right > innerWidth + 0.5;
      })
      .map((each) => `${each.tagName} ${each.className} ${each.textContent.slice(0, 30)}`),
  );

/** Addresses that the fake bridge refuses, each in its own way, and words of the sentence. */
const REFUSALS: readonly (readonly [address: string, zh: string, en: string])[] = [
  ['not an address', '这不是服务器地址', 'This is not a server address'],
  ['https://down.example', '无法连接', 'Cannot connect'],
  ['https://misspelt.example', '找不到这个名称的服务器', 'no server of this name'],
  ['https://wrong-port.example:1', '端口没有服务', 'nothing answers at this port'],
  ['https://silent.example', '服务器没有回应', 'the server does not answer'],
  ['https://other.example', '不是悟空服务器', 'Not a WuKong server'],
  ['https://untrusted.example', '服务器证书不受信任', 'certificate is not trusted'],
  ['https://only-secure.example', '不会改用不加密的 http', 'plain http is not used'],
  ['https://elsewhere.example', '你的组织只允许', 'one server only'],
];

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  const words = WORDS[language];

  test(`nothing moves while somebody types, probes and is refused, and each refusal is its own (${language})`, async ({
    openFake,
  }) => {
    const page = await openFake({ width: 900, height: 600, language, signedIn: false });
    const server = field(page, words.server);
    const good = language === 'zh' ? '支持撤回' : 'Recall supported';
    await expect(page.getByText(good)).toBeVisible();
    const before = await boxes(page);
    expect(before).toHaveLength(5);
    const steady = async (what: string): Promise<void> => expect(await boxes(page), what).toEqual(before);
    for (const [address, zh, en] of REFUSALS) {
      await server.fill(address);
      await steady(`typing ${address}`);
      await expect(page.getByText(language === 'zh' ? zh : en)).toBeVisible();
      await steady(address);
    }
    await server.fill('');
    await steady('no address');
    for (const address of [
      'http://plain-text.example',
      `https://${'very-long-name.'.repeat(12)}example:8443/with/a/path`,
    ]) {
      await server.fill(address);
      await steady(`typing ${address}`);
      await expect(page.getByTestId('probed-server')).toHaveText(address);
      await steady(address);
      // An open lock, and the warning, where nothing is encrypted; never a closed one.
      const closed = page.locator('main').locator('svg.lucide-lock');
      await expect(closed).toHaveCount(address.startsWith('https:') ? 1 : 0);
    }
    await server.fill('https://im.example');
    await field(page, words.username).fill('somebody1');
    await field(page, words.password).fill('wrong');
    await steady('typing');
    await page.locator('button[type="submit"]').click();
    await expect(page.getByText(words.wrong)).toBeVisible();
    await expect(field(page, words.password)).toBeFocused();
    await steady('refused');
    // What was said of one server and name is not said of another.
    await field(page, words.username).fill('somebody2');
    await expect(page.getByText(words.wrong)).toBeHidden();
    await field(page, words.password).fill('wrong');
    await page.locator('button[type="submit"]').click();
    await expect(page.getByText(words.wrong)).toBeVisible();
    await server.fill('https://im.example/');
    await expect(page.getByText(words.wrong)).toBeHidden();
    await steady('another name and server');
    await field(page, words.username).fill('');
    await page.locator('button[type="submit"]').click();
    await expect(field(page, words.username)).toBeFocused();
    await steady('nothing typed');
  });

  test(`before a sign-in the form says how the line, the clock and recall are (${language})`, async ({
    openFake,
  }, testInfo) => {
    const zh = language === 'zh';
    const page = await openFake({ width: 900, height: 600, language, signedIn: false });
    const line = page.getByTestId('server-line');
    const recall = page.getByTestId('server-recall');
    await expect(recall).toBeVisible();
    const before = await boxes(page);
    for (const [address, lineSays, recallSays] of [
      [
        'https://im.example',
        zh ? /已连接.*时钟一致/ : /Connected.*clocks agree/,
        zh ? '支持撤回（2 分钟），服务器强制执行' : 'Recall supported (2 minutes), server-enforced',
      ],
      [
        'https://stock.late-clock.example',
        zh ? /服务器时钟慢 7 分钟/ : /server clock 7 minutes behind/,
        zh ? '支持撤回（2 分钟），服务器未作保证' : 'Recall supported (2 minutes), not enforced',
      ],
      // Not encrypted: said first. A clock that nobody knows is not spoken of.
      [
        'http://stock.no-clock.example',
        zh ? /^未加密连接，密码可能被窃听$/ : /^Not encrypted; your password could be read$/,
        zh ? '支持撤回（2 分钟），服务器未作保证' : 'Recall supported (2 minutes), not enforced',
      ],
    ] as const) {
      await field(page, words.server).fill(address);
      await expect(page.getByTestId('probed-server')).toHaveText(address);
      await expect(line).toHaveText(lineSays);
      await expect(recall).toHaveText(recallSays);
      // Whole sentences fit in their line, and nothing below has moved.
      for (const each of [line, recall])
        expect(await each.locator('.ellipsis').evaluate((text) => text.scrollWidth <= text.clientWidth)).toBe(
          true,
        );
      expect(await boxes(page), address).toEqual(before);
      await page.screenshot({
        animations: 'disabled',
        path: testInfo.outputPath(`${new URL(address).host}.png`),
      });
    }
    // What stands there in short is told in whole, and belongs to the field for who hears it.
    await expect(recall.locator('[title]')).toHaveAttribute('title', zh ? /其他应用/ : /other apps/);
    await expect(field(page, words.server)).toHaveAccessibleDescription(
      zh ? /服务器未作保证/ : /not enforced/,
    );
  });

  for (const size of [
    { width: 900, height: 600 },
    { width: 720, height: 480 },
  ]) {
    test(`nothing is wider than a window of ${size.width} x ${size.height} (${language})`, async ({
      openFake,
    }, testInfo) => {
      const theme = size.width === 720 ? 'dark' : 'light';
      const page = await openFake({ ...size, language, theme, signedIn: false });
      const look = async (part: string): Promise<void> => {
        await expect.poll(() => sideways(page), part).toEqual([]);
        await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${part}.png`) });
      };
      await field(page, words.server).fill(`https://${'long.'.repeat(30)}example`);
      await expect(page.getByTestId('probed-server')).toBeVisible();
      await look('login');
      await page.getByRole('button', { name: words.toPhone }).click();
      await look('phone');
      await page
        .getByRole('button', { name: new RegExp(language === 'zh' ? '国家或地区' : 'region') })
        .click();
      await look('zones');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: words.register }).click();
      await look('register');
      await page.getByRole('button', { name: words.signIn, exact: true }).click();
      await page.getByRole('button', { name: words.forgot }).click();
      await look('reset');
      await page.getByRole('button', { name: words.back }).click();
      await page.getByRole('button', { name: words.scan }).click();
      await expect(page.getByRole('img')).toBeVisible();
      await look('scan');
      await page.getByRole('button', { name: words.toPassword }).last().click();
      await field(page, words.server).fill('https://im.example');
      await field(page, language === 'zh' ? '手机号' : 'Phone number').fill('138 0013 8000');
      await field(page, words.password).fill('new-device');
      await page.locator('button[type="submit"]').click();
      await expect(page.getByRole('heading', { name: words.verify })).toBeVisible();
      await look('verify');
    });
  }
}

test('policies that cannot be read are said in Chinese to the end, and no server is looked for', async ({
  openFake,
}) => {
  const blocked = { where: '/etc/wukong-desktop/policies.json', why: 'it is no JSON (line 3, column 8)' };
  const managed = {
    settings: [],
    server: null,
    registration: false,
    export: false,
    localStorageDays: null,
    appLock: false,
    appLockMinutes: null,
    blocked,
  };
  const page = await openFake({ language: 'zh', signedIn: false, managed });
  const said = page.getByRole('alert').filter({ hasText: '无法读取组织的策略' });
  await expect(said).toHaveText(
    '无法读取组织的策略（/etc/wukong-desktop/policies.json：文件不是 JSON，第 3 行有误），因此不能登录。请联系管理员。',
  );
  await expect(page.getByLabel('密码', { exact: true })).toBeDisabled();
  await expect(page.getByText('正在检测服务器')).toHaveCount(0);
  expect(await calls(page, 'signIn.probe')).toBe(0);
});

test('only what a server has is offered', async ({ openFake }) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  const server = page.getByLabel('服务器地址');
  const scan = page.getByRole('button', { name: '扫码登录' });
  const forgot = page.getByRole('button', { name: '忘记密码' });
  const register = page.getByRole('button', { name: '注册', exact: true });
  await expect(scan).toBeVisible();
  await forgot.click();
  await expect(page.getByRole('heading', { name: '重置密码' })).toBeVisible();
  await page.getByRole('button', { name: '返回登录' }).click();

  await server.fill('https://plain.example');
  await expect(scan).toBeHidden();
  await expect(page.getByRole('button', { name: '用手机号登录' })).toBeHidden();
  await forgot.click();
  await expect(page.getByRole('dialog')).toContainText('此服务器不支持用短信重置密码');
  await page.getByRole('button', { name: '确定' }).click();
  await register.click();
  await expect(page.getByRole('button', { name: '用手机号注册' })).toBeHidden();

  await server.fill('https://phone-only.example');
  await expect(page.getByLabel('手机号', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: '用用户名注册' })).toBeHidden();
  await expect(page.getByLabel('邀请码')).toBeHidden();
  await server.fill('https://phone-only.invite.example');
  await expect(page.getByLabel('邀请码')).toBeVisible();

  await server.fill('https://closed.example');
  await expect(page.getByText('此服务器不开放注册')).toBeVisible();
  await expect(page.getByLabel('昵称')).toBeHidden();
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect(register).toBeHidden();
});

test('the code of a country is looked for by name, in either language, and by digits', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  await page.getByRole('button', { name: '用手机号登录' }).click();
  const zone = page.getByRole('button', { name: /^手机号的国家或地区/ });
  await expect(zone).toHaveAccessibleName('手机号的国家或地区：中国 +86');
  await zone.press('Enter');
  const search = page.getByRole('combobox', { name: '搜索国家、地区或区号' });
  await expect(search).toBeFocused();
  const options = page.getByRole('listbox', { name: '手机号的国家或地区' }).getByRole('option');
  await expect(options.first()).toContainText('中国');
  await expect.poll(() => options.count()).toBeGreaterThan(230);
  await search.fill('冰岛');
  await expect(options).toHaveText(['冰岛+354']);
  await search.fill('Hong');
  await expect(options.first()).toContainText('+852');
  await search.fill('+420');
  await search.press('Enter');
  await expect(zone).toHaveAccessibleName(/捷克 \+420$/);
  await expect(zone).toBeFocused();
  // A number that was typed with its code says where it is from.
  await page.getByLabel('手机号', { exact: true }).fill('+852 9123 4567');
  await expect(zone).toHaveAccessibleName(/\+852$/);
  await zone.press('Enter');
  await page.keyboard.press('Escape');
  // What was chosen goes along to another part of the form, and back.
  const number = page.getByLabel('手机号', { exact: true });
  await number.fill('91234567');
  await zone.press('Enter');
  await search.fill('852');
  await search.press('Enter');
  // A code stands once, before the number or in it, and the number does not move.
  const place = (): Promise<number | undefined> => number.boundingBox().then((box) => box?.x);
  await expect(zone.getByText('+852')).toBeVisible();
  const before = await place();
  await number.fill('+852 9123 4567');
  await expect(zone.getByText('HK')).toBeVisible();
  await expect(zone.getByText('+852')).toBeHidden();
  await expect(zone).toHaveAccessibleName(/\+852$/);
  expect(await place()).toBe(before);
  await number.fill('91234567');
  await expect(zone.getByText('+852')).toBeVisible();
  await page.getByRole('button', { name: '忘记密码' }).click();
  await expect(page.getByRole('heading', { name: '重置密码' })).toBeVisible();
  await expect(zone).toHaveAccessibleName(/\+852$/);
  await page.getByRole('button', { name: '返回登录' }).click();
  await expect(number).toHaveValue('91234567');
  await expect(zone).toHaveAccessibleName(/\+852$/);
  await zone.press('Enter');
  await search.fill('没有这个国家');
  await expect(page.getByText('没有找到')).toBeVisible();
  await search.press('Escape');
  await expect(zone).toBeFocused();
});

test('a code to scan: waits, is renewed three times, expires with the focus on the way on', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  await page.getByLabel('服务器地址').fill('https://short-lived.example');
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect(page.getByRole('img', { name: '登录二维码' })).toBeVisible();
  await expect(page.getByText('用手机端扫码登录')).toBeVisible();
  await expect(page.getByText(/我 › 扫一扫，0:0\d 后刷新/)).toBeVisible();
  const refresh = page.getByRole('button', { name: '刷新' });
  await expect(refresh).toBeFocused({ timeout: 20_000 });
  expect(await calls(page, 'signIn.scanStart')).toBe(4);
  await expect(page.getByText('二维码已过期')).toBeVisible();
  await refresh.press('Enter');
  await expect(page.getByText('用手机端扫码登录')).toBeVisible();
  expect(await calls(page, 'signIn.scanStart')).toBe(5);
});

test('one more account: the way back lies over no words, and Escape takes it', async ({ openFake }) => {
  const page = await openFake({ width: 900, height: 600 });
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Control+Shift+A');
  const back = page.getByRole('button', { name: '返回', exact: true });
  const heading = page.getByRole('heading', { name: '登录' });
  for (const width of [720, 900, 1060, 1280]) {
    await resize(page, { width, height: 600 });
    const [button, words] = await Promise.all([back.boundingBox(), heading.boundingBox()]);
    if (!button || !words) throw new Error('neither way back nor heading');
    const isBeside = button.x + button.width <= words.x || button.y + button.height <= words.y;
    expect(isBeside, `${width}`).toBe(true);
  }
  await page.getByRole('button', { name: /^手机号的国家或地区|用手机号登录/ }).click();
  await page.getByRole('button', { name: /^手机号的国家或地区/ }).click();
  await page.keyboard.press('Escape');
  // That closed the list of countries alone.
  await expect(heading).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('option').first()).toBeVisible();
});

test('a code to scan: scanned by somebody, who may be the wrong one, and confirmed', async ({ openFake }) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect(page.getByText(/我 › 扫一扫，\d:\d\d 后刷新/)).toBeVisible();
  const person = { uid: 'u-alice', name: '许一诺', face: null };
  await scanned(page, { state: 'scanned', person });
  await expect(page.getByText('请在手机上确认')).toBeVisible();
  await expect(page.getByText('许一诺')).toBeVisible();
  await expect(page.getByRole('img', { name: '登录二维码' })).toBeHidden();
  await page.getByRole('button', { name: '不是你？重新扫码' }).click();
  await expect(page.getByText('用手机端扫码登录')).toBeVisible();
  await scanned(page, { state: 'scanned', person });
  await expect(page.getByText('请在手机上确认')).toBeVisible();
  await scanned(page, { state: 'granted', person });
  await expect(page.getByRole('listbox', { name: '会话', exact: true })).toBeVisible();
  expect(await calls(page, 'signIn.scanEnter')).toBe(1);
});

test('a code to scan: nothing is asked while nobody sees it, and an unreachable server is said', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  await expect(page.getByRole('button', { name: '扫码登录' })).toBeVisible();
  await page.clock.install();
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect.poll(() => calls(page, 'signIn.scanPoll')).toBeGreaterThan(0);
  const hide = (hidden: boolean): Promise<void> =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (isHidden ? 'hidden' : 'visible'),
      });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  await expect.poll(() => calls(page, 'signIn.scanStop')).toBe(1);
  // One that was on its way may still be counted; then there are no more.
  await page.clock.runFor(3_000);
  const asked = await calls(page, 'signIn.scanPoll');
  await page.clock.runFor(20_000);
  expect(await calls(page, 'signIn.scanPoll')).toBe(asked);
  await hide(false);
  await expect.poll(() => calls(page, 'signIn.scanPoll')).toBeGreaterThan(asked);
  await page.clock.resume();

  await page.getByRole('button', { name: '改用密码登录' }).last().click();
  await page.getByLabel('服务器地址').fill('https://lost.example');
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect(page.getByText('无法连接服务器')).toBeVisible();
  const before = await calls(page, 'signIn.scanStart');
  await page.getByRole('button', { name: '重试' }).click();
  await expect.poll(() => calls(page, 'signIn.scanStart')).toBeGreaterThan(before);
});

test('the second step: one field of six boxes, filled by a paste, sent by the last digit', async ({
  openFake,
}) => {
  const page = await openFake({ language: 'zh', signedIn: false });
  await page.getByLabel('用户名', { exact: true }).fill('somebody1');
  await page.getByLabel('密码', { exact: true }).fill('new-device');
  await page.keyboard.press('Enter');
  await expect(page.getByText('验证码已发送到 138******20')).toBeVisible();
  const code = page.getByLabel('验证码', { exact: true });
  await expect(code).toBeFocused();
  await expect(code).toHaveAttribute('autocomplete', 'one-time-code');
  expect(await calls(page, 'signIn.sendDeviceCode')).toBe(1);
  await expect(page.getByText(/^(60|5\d) 秒后可重发$/)).toBeVisible();
  const submit = page.getByRole('button', { name: '验证', exact: true });
  await expect(submit).toBeDisabled();
  const buttonAt = await submit.boundingBox();
  // Codes of four digits are sent by the button.
  await code.fill('1234');
  await expect(submit).toBeEnabled();
  expect(await calls(page, 'signIn.verify')).toBe(0);
  await code.pressSequentially('56');
  await expect(page.getByText('验证码不正确，还可试 2 次')).toBeVisible();
  await expect(code).toHaveValue('');
  await expect(code).toBeFocused();
  expect(await submit.boundingBox()).toEqual(buttonAt);
  await code.fill('验证码 407-124');
  await expect(page.getByText('验证码不正确，还可试 1 次')).toBeVisible();
  await page.getByRole('button', { name: '返回登录' }).click();
  await expect(page.getByLabel('用户名', { exact: true })).toHaveValue('somebody1');
  await page.getByLabel('密码', { exact: true }).fill('new-device');
  await page.keyboard.press('Enter');
  await code.fill('000000');
  await expect(page.getByText(/错误次数过多，(10:00|9:5\d) 后可再试/)).toBeVisible();
  await expect(code).toBeDisabled();
});
