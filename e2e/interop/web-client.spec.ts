/**
 * TSDD's own web client beside this app, on a TSDD given by its address: what each shows of what the other sends, and
 * the recall of it, both ways. `WUKONG_INTEROP_WEB` is the folder of the built web client.
 */
import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { turningDrawing } from '../../shared/testing/turning-drawing.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { film } from '../fixtures/people/film.ts';
import {
  document,
  expectShown,
  files,
  images,
  menuOf,
  pick,
  picture,
  recallAttached,
  sendAttached,
} from '../fixtures/people/media.ts';
import { callApi, Peer } from '../fixtures/people/peer.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { befriend, PASSWORD, type Person, type World } from '../fixtures/people/world.ts';
import type { AppWindow } from '../fixtures/test.ts';
import { expect, test } from './external.ts';
import { WebClient } from './web-client.ts';

const FOLDER = process.env['WUKONG_INTEROP_WEB'] ?? '';
test.skip(FOLDER === '', 'WUKONG_INTEROP_WEB is not set');

interface OnTheWeb extends Person {
  phone: string;
}

/** Somebody with a phone number, for that is how the web client signs in; a friend of Bob and Carol. */
async function somebody(api: string, { bob, carol }: World): Promise<OnTheWeb> {
  const phone = `139${String(Date.now()).slice(-8)}`;
  const name = `网页${phone.slice(-5)}`;
  const { uid } = await callApi<{ uid: string }>(api, null, 'POST', 'user/register', {
    zone: '0086',
    phone,
    code: process.env['WUKONG_INTEROP_SMS_CODE'] ?? '123456',
    password: PASSWORD,
    name,
    flag: 1,
  });
  const username = `0086${phone}`;
  const web = await Peer.signIn(api, username, PASSWORD);
  for (const friend of [bob, carol])
    await befriend(web, await Peer.signIn(api, friend.username, PASSWORD), friend.username);
  return { username, phone, name, uid };
}

/** In the dialog that asks where to. */
async function forwardTo(bob: AppWindow, name: string, isMerged: boolean): Promise<void> {
  const dialog = bob.page.getByRole('dialog');
  if (isMerged) await dialog.getByRole('radio', { name: '合并转发' }).click();
  await dialog.getByRole('textbox', { name: '搜索会话、联系人' }).fill(name);
  await dialog.getByRole('option', { name }).first().click();
  await dialog.getByRole('button', { name: '转发' }).click();
}

/** The card of somebody who has written in the open chat. */
async function sendCard(bob: AppWindow, whose: string, to: string): Promise<void> {
  await bob.flow
    .getByRole('button', { name: `查看 ${whose} 的资料` })
    .first()
    .click();
  const profile = bob.page.getByRole('dialog', { name: `${whose} 的资料` });
  await profile.getByRole('button', { name: '更多' }).click();
  await bob.page.getByRole('menu', { name: '更多' }).getByText('发送名片').click();
  const send = bob.page.getByRole('dialog', { name: `发送 ${whose} 的名片` });
  await send.getByRole('option', { name: to }).click();
  await send.getByRole('button', { name: '发送', exact: true }).click();
  await expect(send).toHaveCount(0);
  await bob.page.keyboard.press('Escape');
}

/** Recalls what was sent last, and waits until the web client has a line in place of each of its messages. */
async function recallLast(bob: AppWindow, bubble: Locator, client: WebClient, shown: Locator): Promise<void> {
  const before = await client.tips.count();
  await recallAttached(bob, bubble);
  await expect(shown).toHaveCount(0);
  await expect(client.tips).toHaveCount(before + 1);
}

test('the web client shows what this app sends, and no more of it once it is recalled', async ({
  api,
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(300_000);
  const person = await somebody(api, world);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob, { env: { WUKONG_FAKE_MICROPHONE: '1' } });
  const drawing = { type: 12, format: 'lim', category: 'c', placeholder: '[你好]' };
  const url = await uploadAs(
    carol,
    { channelId: world.bob.uid, channelType: 1 },
    'lim',
    gzipSync(turningDrawing()),
  );
  await carol.send(world.bob.uid, 1, { ...drawing, url });
  await bob.openChat(person.name);
  await bob.sendAcked('先说一句');
  const client = await WebClient.signIn(FOLDER, api, person.phone);
  try {
    await client.openChat(world.bob.name);
    await expect(client.flow.getByText('先说一句')).toBeVisible();
    await test.step('text with emoji, quoted; the quote of what is recalled', async () => {
      await bob.sendAcked('晚上见👍😀 Wx5T');
      await expect(client.flow.getByText('Wx5T')).toBeVisible();
      await expect(client.flow.locator('.wk-message-text-richemoji img').first()).toBeVisible();
      await bob.recall('晚上见');
      await expect(client.flow.getByText('Wx5T')).toHaveCount(0);
      await expect(client.tips).toHaveCount(1);
    });

    await test.step('image', async () => {
      await pick(bob, 'image', picture('picture.png'));
      await sendAttached(bob);
      const shown = client.flow.locator('img[src*="file/preview"]');
      await expect.poll(() => shown.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(600);
      await recallLast(bob, images(bob).last(), client, shown);
    });

    await test.step('a file: the web client has no bubble for one, and says so', async () => {
      await pick(bob, 'file', document('Wf5T-plan.txt', 'words of the plan'));
      await sendAttached(bob);
      const shown = client.flow.getByText(/不支持|未知|升级/);
      await expect(shown).toHaveCount(1);
      await recallLast(bob, files(bob).last(), client, shown);
    });

    await test.step('voice: its length, its waveform, its sound', async () => {
      await bob.page.getByTestId('mic').click();
      const recording = bob.page.getByTestId('voice-recording');
      await expect(recording).toContainText('0:02');
      await recording.getByRole('button', { name: '发送' }).click();
      const shown = client.flow.locator('.wk-message-voice');
      await expect(shown.locator('.wk-message-voice-info-time')).toHaveText(/00:0[2-4]/);
      await shown.locator('.voicePlay').click();
      await expect(shown.locator('.voicePlaying')).toHaveCount(1);
      await recallLast(bob, bob.flow.getByTestId('voice'), client, shown);
    });

    await test.step('video: its cover, its length, its pictures', async () => {
      await pick(bob, 'image', {
        name: 'clip.webm',
        mimeType: 'video/webm',
        buffer: film(8, { bytes: 200_000 }),
      });
      await sendAttached(bob);
      const shown = client.flow.locator('.wk-message-video');
      await expect(shown.locator('.wk-message-video-content-time')).toHaveText('00:08');
      const played = await shown.locator('video').evaluate(async (video: HTMLVideoElement) => {
        const cover = new Image();
        cover.src = video.poster;
        await cover.decode();
        video.muted = true;
        await video.play();
        return { cover: cover.naturalWidth > 0, width: video.videoWidth, length: video.duration };
      });
      expect(played).toEqual({ cover: true, width: 320, length: 8 });
      await recallLast(bob, bob.flow.getByTestId('video'), client, shown);
    });

    await test.step('two messages merged', async () => {
      await bob.sendAcked('合并一 Wm5T');
      await bob.sendAcked('合并二 Wm5T');
      await bob.bubble('合并一').focus();
      await bob.page.keyboard.press('x');
      await bob.page.keyboard.press('Shift+ArrowDown');
      await bob.page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
      await forwardTo(bob, person.name, true);
      const shown = client.flow.locator('.wk-mergeforwards');
      await expect(shown.locator('.wk-mergeforwards-content-title')).toContainText(
        `${world.bob.name}的聊天记录`,
      );
      await expect(shown.locator('.wk-mergeforwards-content-item')).toHaveText([
        `${world.bob.name}： 合并一 Wm5T`,
        `${world.bob.name}： 合并二 Wm5T`,
      ]);
      await recallLast(bob, bob.flow.getByTestId('history-card'), client, shown);
    });

    await test.step('a sticker', async () => {
      await bob.openChat(world.carol.name);
      await (
        await menuOf(bob, bob.flow.getByTestId('drawing'))
      )
        .getByRole('menuitem', { name: '转发' })
        .click();
      await forwardTo(bob, person.name, false);
      await bob.openChat(person.name);
      const shown = client.flow.locator('tgs-player');
      await expect(shown.locator('svg')).toHaveCount(1);
      await recallLast(bob, bob.flow.getByTestId('drawing'), client, shown);
    });

    await test.step('a card', async () => {
      await bob.openChat(world.carol.name);
      await sendCard(bob, world.carol.name, person.name);
      const shown = client.flow.locator('.wk-message-card');
      await expect(shown.locator('.wk-message-card-content-name')).toHaveText(world.carol.name);
      await bob.openChat(person.name);
      await recallLast(bob, bob.flow.getByTestId('contact-card'), client, shown);
    });

    await test.step('what it has no place for, a reaction and a pin, leaves its page as it is', async () => {
      await client.send('网页说的 Wr5T');
      await bob
        .openMenu('网页说的')
        .then((menu) => menu.getByRole('menuitemcheckbox', { name: '👍' }).click());
      await expect(bob.page.locator('[data-emoji="👍"]')).toBeVisible();
      await bob.sendAcked('还在');
      await expect(client.flow.getByText('还在')).toBeVisible();
      await expect(client.flow.getByText('网页说的 Wr5T')).toBeVisible();
    });
  } finally {
    await client.page.screenshot({ path: test.info().outputPath('web-client.png') });
    await client.close();
  }
});

test('this app shows what the web client sends, and nothing of it once that is recalled there', async ({
  api,
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const person = await somebody(api, world);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob);
  await bob.openChat(person.name);
  await bob.sendAcked('你先说');
  const client = await WebClient.signIn(FOLDER, api, person.phone);
  const recall = async (shown: Locator): Promise<void> => {
    await client.choose(shown, '撤回');
    await expect(shown).toHaveCount(0);
  };
  try {
    await client.openChat(world.bob.name);

    await test.step('text with an emoji of its panel, a quote, and their recall', async () => {
      await client.page.locator('.wk-emojitoolbar-content').click();
      await client.page.locator('.wk-emojipanel-content li').first().click();
      await client.send('网页的话 Tw6R');
      await expect(bob.bubble('😀网页的话 Tw6R')).toBeVisible();
      await (await bob.openMenu('Tw6R')).getByRole('menuitem', { name: /回复/ }).click();
      await bob.composer.fill('我引用了');
      await bob.composer.press('Enter');
      // (Not its words: once the quoted message is told to be read, the web client takes them out of quotes by itself.)
      await expect(client.flow.locator('.wk-message-text-reply-authorname')).toContainText(person.name);
      await recall(client.flow.locator('.wk-message-text-content').filter({ hasText: '网页的话' }).first());
      await expect(bob.tip(`${person.name} 撤回了一条消息`)).toBeVisible();
      await expectNowhere('Tw6R', bob.page);
    });

    await test.step('a quote by the web client, of what is recalled here then', async () => {
      await bob.sendAcked('要被引用的 Qw6R');
      await client.choose(client.flow.getByText('Qw6R'), '回复');
      await client.send('网页引用');
      await expect(bob.bubble('网页引用')).toContainText('Qw6R');
      await bob.recall('要被引用的');
      await expectNowhere('Qw6R', bob.page);
    });

    await test.step('an image', async () => {
      const { buffer } = picture('web.png');
      await client.page
        .locator('.wk-imagetoolbar input[type=file]')
        .setInputFiles({ name: 'web.png', mimeType: 'image/png', buffer });
      await client.page.locator('.wk-imagedialog-footer-okbtn').click();
      await expectShown(images(bob));
      // Its own picture is drawn from what was picked until the page is loaded again.
      await recall(client.flow.locator('img[alt=""][src^="data:image"][style*="border-radius: 5px"]'));
      await expect(images(bob)).toHaveCount(0);
    });

    await test.step('a sticker of a phone, passed on by the web client', async () => {
      const to = { channelId: person.uid, channelType: 1 };
      const url = await uploadAs(carol, to, 'lim', gzipSync(turningDrawing()));
      await carol.send(person.uid, 1, { type: 12, url, format: 'lim', category: 'c', placeholder: '[你好]' });
      const photo = await uploadAs(carol, to, 'png', chartPng());
      await carol.send(person.uid, 1, { type: 2, url: photo, width: 600, height: 252 });
      await client.openChat(world.carol.name);
      for (const shown of [
        client.flow.locator('tgs-player'),
        client.flow.locator('img[src*="file/preview"]'),
      ]) {
        await client.choose(shown, '转发');
        const select = client.page.locator('.wk-conversationselect');
        await select.getByText(world.bob.name).first().click();
        await select.locator('.wk-conversationselect-okBtn').click();
      }
      await expect(bob.flow.getByTestId('drawing')).toBeVisible();
      await expectShown(images(bob));
      await client.openChat(world.bob.name);
      await recall(client.flow.locator('tgs-player'));
      await expect(bob.flow.getByTestId('drawing')).toHaveCount(0);
    });

    await test.step('messages merged by the web client', async () => {
      // What it has just sent itself goes into it without its payload.
      await bob.sendAcked('被合并一');
      await bob.sendAcked('被合并二');
      // The one it is chosen on is picked by that.
      await client.choose(client.flow.getByText('被合并一'), '多选');
      await client.flow
        .locator('.wk-message-base')
        .filter({ hasText: '被合并二' })
        .click({ position: { x: 10, y: 10 } });
      await client.page.locator('.wk-multiplepanel').getByText('合并转发').click();
      const select = client.page.locator('.wk-conversationselect');
      await select.getByText(world.bob.name).first().click();
      await select.locator('.wk-conversationselect-okBtn').click();
      const card = bob.flow.getByTestId('history-card');
      await expect(card).toContainText('被合并一');
      await expect(card).toContainText('被合并二');
      await recall(client.flow.locator('.wk-mergeforwards'));
      await expect(card).toHaveCount(0);
    });
  } finally {
    await client.page.screenshot({ path: test.info().outputPath('web-client.png') });
    await client.close();
  }
});
