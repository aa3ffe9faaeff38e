/** Ways in beside a password, on real servers: by a phone that scans, by SMS, and the second step at a new device. */
import type { Page } from 'playwright';
import { ChatPage, expectNowhere } from '../fixtures/people/chat-page.ts';
import { callApi } from '../fixtures/people/peer.ts';
import { readQrCode } from '../fixtures/people/qr-reader.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { AppWindow, expect, test } from '../fixtures/test.ts';

const signedIn = (page: Page) =>
  expect(
    page.getByRole('listbox', { name: '会话', exact: true }).or(page.getByText('还没有会话')),
  ).toBeVisible();

test('a phone scans the code and says yes; the session lasts over a restart, and a recall reaches it', async ({
  api,
  world,
  launchApp,
  reopen,
  connectPeer,
  signInPeer,
}) => {
  const { alice, bob } = world;
  const phone = await signInPeer(alice);
  const scan = async (page: Page): Promise<string> => {
    const text = await readQrCode(page.getByRole('img', { name: '登录二维码' }));
    expect(text.startsWith(`${api}/v1/qrcode/`)).toBe(true);
    const confirm = await phone.call<{ type: string; data: { auth_code: string } }>(
      'GET',
      text.slice(`${api}/v1/`.length),
    );
    expect(confirm.type).toBe('loginConfirm');
    return confirm.data.auth_code;
  };
  const app = await launchApp();
  const page = await app.firstWindow();
  await page.getByLabel('服务器地址').fill(api);
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect(page.getByText(/我 › 扫一扫，\d:\d\d 后刷新/)).toBeVisible();
  await scan(page);
  await expect(page.getByText('请在手机上确认')).toBeVisible();
  await expect(page.getByText(alice.name)).toBeVisible();
  // Nobody has said yes: whoever it was starts over.
  await page.getByRole('button', { name: '不是你？重新扫码' }).click();
  const code = await scan(page);
  await expect(page.getByText('请在手机上确认')).toBeVisible();
  await phone.call('GET', `user/grant_login?auth_code=${code}&encrypt=`);
  await signedIn(page);
  const chat = new ChatPage(page);
  await chat.openChat(bob.name);
  await chat.sendAcked('扫码进来的');
  await app.close();

  const again = await reopen(app);
  await again.openChat(bob.name);
  await again.sendAcked('重启之后');
  const peer = await connectPeer(bob);
  const secret = await peer.sendText(alice.uid, 1, 'Scanned4Secret');
  await expect(again.bubble('Scanned4Secret')).toBeVisible();
  await peer.revoke(alice.uid, 1, secret);
  await expect(again.bubble('Scanned4Secret')).toBeHidden();
  await expectNowhere('Scanned4Secret', again.page);
});

const another = (code: string): string => (code.startsWith('0') ? '1' : '0') + code.slice(1);

test.describe('with codes by SMS', () => {
  const ADMIN = 'sms-admin-1';
  test.use({ serverArgs: ['--sms', 'demo', '--admin-password', ADMIN, '--verify-new-devices'] });

  /** The newest code of a number, as it would arrive on its phone. */
  const codeFor = async (api: string, phone: string): Promise<string> => {
    const { token } = await callApi<{ token: string }>(api, null, 'POST', 'manager/login', {
      username: 'superAdmin',
      password: ADMIN,
    });
    const sent = await callApi<{ phone: string; code: string }[]>(api, token, 'GET', 'manager/sms/codes');
    return sent.find((each) => each.phone === phone)?.code ?? '';
  };

  test('somebody registers with a number, forgets the password, and has a new one', async ({
    api,
    launchApp,
  }) => {
    const app = await AppWindow.of(await launchApp());
    const { page } = app;
    await page.getByLabel('服务器地址').fill(api);
    await page.getByRole('button', { name: '注册', exact: true }).click();
    await page.getByRole('button', { name: '用手机号注册' }).click();
    await page.getByRole('button', { name: /^手机号的国家或地区/ }).click();
    await page.getByRole('combobox', { name: '搜索国家、地区或区号' }).fill('香港');
    await page.keyboard.press('Enter');
    await page.getByLabel('手机号', { exact: true }).fill('9123 4567');
    await page.getByLabel('昵称').fill('新来的');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByLabel('确认密码').fill(PASSWORD);
    await page.getByRole('button', { name: '获取验证码' }).click();
    const code = page.getByLabel('短信验证码');
    await expect(code).toBeFocused();
    const sent = await codeFor(api, '91234567');
    await code.fill(another(sent));
    const register = page.getByRole('button', { name: '注册', exact: true });
    await register.click();
    await expect(page.getByText('验证码无效！')).toBeVisible();
    await expect(code).toBeFocused();
    await code.fill(sent);
    await register.click();
    await signedIn(page);

    await page.getByRole('button', { name: /账号菜单/ }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('button', { name: /^新来的/ }).click();
    await expect(page.getByLabel('手机号', { exact: true })).toHaveValue('+852 91234567');
    await page.getByRole('button', { name: '忘记密码' }).click();
    await expect(page.getByLabel('手机号', { exact: true })).toHaveValue('+852 91234567');
    await page.getByRole('button', { name: '获取验证码' }).click();
    await expect(page.getByRole('button', { name: /秒后可重发$/ })).toBeDisabled();
    await code.fill(await codeFor(api, '91234567'));
    await page.getByLabel('新密码', { exact: true }).fill('another-pw-2');
    await page.getByLabel('确认密码').fill('another-pw-3');
    const reset = page.getByRole('button', { name: '重置并登录' });
    await reset.click();
    await expect(page.getByText('两次输入的密码不一致')).toBeVisible();
    await page.getByLabel('确认密码').fill('another-pw-2');
    await reset.click();
    // The device was removed with the sign-out: it is new again, and asked for.
    await expect(page.getByText('验证码已发送到 912******67')).toBeVisible();
    await page.getByLabel('验证码', { exact: true }).fill(await codeFor(api, '91234567'));
    await signedIn(page);
  });

  test('a new device proves the number: wrong, pasted, right; three wrong ones lock it', async ({
    api,
    launchApp,
  }) => {
    const phone = '13800006620';
    const number = { zone: '0086', phone };
    await callApi(api, null, 'POST', 'user/sms/registercode', number);
    await callApi(api, null, 'POST', 'user/register', {
      ...number,
      code: await codeFor(api, phone),
      password: PASSWORD,
      name: '许一诺',
      flag: 2,
      device: { device_id: 'elsewhere', device_name: 'Other', device_model: 'Desk' },
    });
    const { page } = await AppWindow.of(await launchApp());
    await page.getByLabel('服务器地址').fill(api);
    await page.getByRole('button', { name: '用手机号登录' }).click();
    await page.getByLabel('手机号', { exact: true }).fill('138 0000 6620');
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await expect(page.getByText('验证码已发送到 138******20')).toBeVisible();
    const code = page.getByLabel('验证码', { exact: true });
    await expect(code).toBeFocused();
    const sent = await codeFor(api, phone);
    await code.fill(another(sent));
    await expect(page.getByText('验证码不正确，还可试 2 次')).toBeVisible();
    await expect(code).toHaveValue('');
    // As it is pasted out of the message; the last digit sends it.
    await code.evaluate(
      (field, text) => {
        field.focus();
        document.execCommand('insertText', false, text);
      },
      `验证码 ${sent.slice(0, 3)}-${sent.slice(3)}`,
    );
    await signedIn(page);

    const second = await AppWindow.of(await launchApp());
    await second.page.getByLabel('服务器地址').fill(api);
    await second.page.getByLabel('用户名', { exact: true }).fill('+86 138 0000 6620');
    await second.page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await second.page.keyboard.press('Enter');
    const field = second.page.getByLabel('验证码', { exact: true });
    await expect(second.page.getByText('验证码已发送到 138******20')).toBeVisible();
    const right = await codeFor(api, phone);
    for (const left of [2, 1]) {
      await field.fill(another(right));
      await expect(second.page.getByText(`验证码不正确，还可试 ${left} 次`)).toBeVisible();
    }
    await field.fill(another(right));
    await expect(second.page.getByText(/错误次数过多，(10:00|9:\d\d) 后可再试/)).toBeVisible();
    await expect(field).toBeDisabled();
    await second.page.getByRole('button', { name: '返回登录' }).click();
    await expect(second.page.getByLabel('密码', { exact: true })).toBeVisible();
  });
});

test.describe('a server that makes no accounts', () => {
  test.use({ serverArgs: ['--registration', 'closed'] });

  test('offers none', async ({ api, launchApp }) => {
    const { page } = await AppWindow.of(await launchApp());
    await page.getByLabel('服务器地址').fill(api);
    await expect(page.getByRole('button', { name: '扫码登录' })).toBeVisible();
    await expect(page.getByText('还没有账号？')).toBeHidden();
    await expect(page.getByRole('button', { name: '用手机号登录' })).toBeHidden();
    await page.getByRole('button', { name: '忘记密码' }).click();
    await expect(page.getByRole('dialog')).toContainText('此服务器不支持用短信重置密码');
  });
});
