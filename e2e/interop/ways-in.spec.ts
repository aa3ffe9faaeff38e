/**
 * Ways in beside a user name: a phone number with its zone, and a code that a phone scans. `WUKONG_INTEROP_SMS_CODE` is
 * the fixed code of the server (`smsCode` of TSDD, `--sms-code` of the embedded one).
 */
import { randomUUID } from 'node:crypto';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { callApi } from '../fixtures/people/peer.ts';
import { readQrCode } from '../fixtures/people/qr-reader.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { expect, test } from './external.ts';

test('a number of another country, by its zone; what the server offers is what the form shows', async ({
  api,
  launchApp,
}) => {
  const phone = `9${String(Date.now()).slice(-7)}`;
  await callApi(api, null, 'POST', 'user/register', {
    zone: '00852',
    phone,
    code: process.env['WUKONG_INTEROP_SMS_CODE'] ?? '123456',
    password: PASSWORD,
    name: '香港用户',
    flag: 2,
  });
  const page = await (await launchApp()).firstWindow();
  await page.getByLabel('服务器地址').fill(api);
  await page.getByRole('button', { name: '用手机号登录' }).click();
  await page.getByRole('button', { name: /^手机号的国家或地区/ }).click();
  await page.getByRole('combobox', { name: '搜索国家、地区或区号' }).fill('852');
  await page.keyboard.press('Enter');
  await page.getByLabel('手机号', { exact: true }).fill(phone);
  await page.getByLabel('密码', { exact: true }).fill('not-the-password');
  await page.keyboard.press('Enter');
  await expect(page.getByText('密码不正确')).toBeVisible();
  await page.getByRole('button', { name: '忘记密码' }).click();
  await expect(page.getByRole('heading', { name: '重置密码' })).toBeVisible();
  await page.getByRole('button', { name: '返回登录' }).click();
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  const chat = new ChatPage(page);
  await expect(chat.conversations.or(page.getByText('还没有会话'))).toBeVisible();
});

test('a phone scans the code, says yes, and the session of this computer sends', async ({
  api,
  world,
  launchApp,
}) => {
  const { alice, bob } = world;
  // The phone: of the class that TSDD lets scan.
  const { token } = await callApi<{ token: string }>(api, null, 'POST', 'user/login', {
    username: alice.username,
    password: PASSWORD,
    flag: 0,
    device: { device_id: randomUUID(), device_name: 'phone', device_model: 'script' },
  });
  const page = await (await launchApp()).firstWindow();
  await page.getByLabel('服务器地址').fill(api);
  await page.getByRole('button', { name: '扫码登录' }).click();
  await expect(page.getByText(/我 › 扫一扫，\d:\d\d 后刷新/)).toBeVisible();
  const text = await readQrCode(page.getByRole('img', { name: '登录二维码' }));
  const uuid = text.slice(text.lastIndexOf('/') + 1);
  const { data } = await callApi<{ data: { auth_code: string } }>(api, token, 'GET', `qrcode/${uuid}`);
  await expect(page.getByText('请在手机上确认')).toBeVisible();
  await callApi(api, token, 'GET', `user/grant_login?auth_code=${data.auth_code}&encrypt=`);
  const chat = new ChatPage(page);
  await expect(chat.conversations.or(page.getByText('还没有会话'))).toBeVisible();
  await chat.openChat(bob.name);
  await chat.sendAcked('扫码进来的');
});
