/**
 * What takes words away without a recall, and words of others in lines of the server: an edit, expiry while the app
 * runs and while it does not, own messages of a chat that deletes them, a history cleared on another device, a pin.
 * After each of them the words are on no surface; in the end in no file and no heap.
 */
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';
import { coreHeap, expectForgotten, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

const MARK = 'lost-words-Lw9T';
/** Long enough to see them arrive on a busy machine. */
const LIFE_SECONDS = 8;

test.describe.configure({ timeout: 240_000 });

test('edited, expired, cleared and pinned words are nowhere', async ({
  world,
  servers,
  network,
  openWindow,
  reopen,
  connectPeer,
  signInPeer,
  tempDir,
}) => {
  const { answers } = network;
  let asked = 0;
  answers.set(`GET /v1/channels/${world.alice.uid}/1`, () => {
    asked += 1;
    return { extra: { msg_auto_delete: LIFE_SECONDS } };
  });
  const bob = await openWindow(world.bob, { server: network.api });
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  const group = { channel_id: world.group.channelId, channel_type: world.group.channelType };
  const inGroup = [group.channel_id, group.channel_type] as const;
  const row = bob.conversation(world.carol.name);
  const bodies = async (): Promise<string> =>
    (await bob.app.native.notifications()).map(({ body }) => body).join('|');
  /** As the business server speaks through the IM server. */
  const speak = async (fromUid: string, payload: object, onlineOnly = false): Promise<void> => {
    const flag = Number(onlineOnly);
    const answer = await fetch(`${servers.im.api}/message/send`, {
      method: 'POST',
      headers: { token: servers.imApiToken, 'content-type': 'application/json' },
      body: JSON.stringify({
        header: { no_persist: flag, red_dot: 1, sync_once: flag },
        from_uid: fromUid,
        ...group,
        payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
      }),
    });
    expect(answer.status).toBe(200);
  };

  await test.step('own words of a chat that deletes them, and words that expire', async () => {
    await bob.openChat(world.alice.name);
    await expect.poll(() => asked).toBeGreaterThan(0);
    await expect
      .poll(() =>
        bob.page.evaluate(
          (channelId) => window.wukong.invoke('channels.open', { channel: { channelId, channelType: 1 } }),
          world.alice.uid,
        ),
      )
      .toMatchObject({ ok: true });
    await bob.sendAcked(`${MARK} 自己写的`);
    await carol.send(...to, { type: 1, content: `${MARK} 片刻` }, undefined, LIFE_SECONDS);
    await expect(row).toContainText(MARK);
    await expect.poll(bodies).toContain(MARK);
    await expect(bob.bubble('自己写的')).toHaveCount(0, { timeout: 2_000 * LIFE_SECONDS });
    await expect(row).not.toContainText(MARK);
    await expect.poll(bodies).not.toContain(MARK);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('what an edit replaced', async () => {
    const { messageId, messageSeq } = await carol.sendText(...to, `${MARK} 第一版`);
    await expect(row).toContainText('第一版');
    await expect.poll(bodies).toContain('第一版');
    await carol.call('POST', 'message/edit', {
      message_id: messageId,
      message_seq: messageSeq,
      channel_id: world.bob.uid,
      channel_type: 1,
      content_edit: JSON.stringify({ type: 1, content: '第二版' }),
    });
    await expect(row).toContainText('第二版');
    await expect.poll(bodies).toContain('第二版');
    expect(await bodies()).not.toContain(MARK);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('what a pin quotes, once that is recalled', async () => {
    const pinned = await carol.sendText(...inGroup, `${MARK} 置顶的`);
    answers.set('POST /v1/message/pinned/sync', () => ({
      pinned_messages: [
        {
          message_id: pinned.messageId,
          message_seq: pinned.messageSeq,
          ...group,
          is_deleted: 0,
          version: Date.now(),
          created_at: '',
        },
      ],
      messages: [],
    }));
    await speak(world.carol.uid, {
      type: 2000,
      content: `{0} 置顶了\`${MARK} 置顶的\``,
      from_uid: world.carol.uid,
      from_name: world.carol.name,
      extra: [{ uid: world.carol.uid, name: world.carol.name }],
    });
    const line = bob.conversation(world.group.name);
    await expect(line).toContainText('置顶了一条消息');
    await expect(line).not.toContainText(MARK);
    await bob.openChat(world.group.name);
    // Its words are looked up while the message is there.
    const tip = bob.flow.getByRole('article', { name: `${world.carol.name} 置顶了一条消息` });
    await expect(tip).toHaveText(`${world.carol.name} 置顶了“${MARK} 置顶的”`);
    await carol.revoke(...inGroup, pinned);
    await expect(tip).toHaveText(`${world.carol.name} 置顶了一条消息`);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('a history that was cleared on another device', async () => {
    const cleared = await carol.sendText(...inGroup, `${MARK} 清空的`);
    await expect(bob.bubble('清空的')).toBeVisible();
    await bob.openChat(world.alice.name);
    const line = bob.conversation(world.group.name);
    await expect(line).toContainText(MARK);
    const elsewhere = await signInPeer(world.bob);
    const { messageId: message_id, messageSeq: message_seq } = cleared;
    await elsewhere.call('DELETE', 'message', [{ message_id, message_seq, ...group }]);
    const param = { erase_type: 'all', ...group, from_uid: world.alice.uid };
    await speak('', { type: 99, cmd: 'messageEerase', param }, true);
    await expect(line).not.toContainText(MARK);
    await expectNowhere(MARK, bob.page);
  });

  await expectForgotten(() => pageHeap(bob.page), MARK);
  await expectForgotten(() => mainHeap(bob.app, tempDir), MARK);
  await expectForgotten(() => coreHeap(bob.app, tempDir), MARK);

  await test.step('what expired while the app did not run', async () => {
    await carol.send(...to, { type: 1, content: `${MARK} 停机` }, undefined, LIFE_SECONDS);
    const over = Date.now() + LIFE_SECONDS * 1000;
    await expect(row).toContainText('停机');
    await bob.app.kill();
    await expect.poll(() => Date.now(), { timeout: 2_000 * LIFE_SECONDS }).toBeGreaterThan(over);
    const back = await reopen(bob.app);
    await expect(back.conversation(world.carol.name)).toContainText('第二版');
    await expectNowhere(MARK, back.page);
    await expect
      .poll(
        () =>
          scanForResidue([bob.app.userDataDir], [MARK]).map(
            ({ path, form }) => `${relative(bob.app.userDataDir, path)}: ${form}`,
          ),
        { timeout: 15_000, intervals: [500] },
      )
      .toEqual([]);
    await back.page.getByRole('button', { name: '设置' }).click();
    await back.page.getByText('消息撤回', { exact: true }).first().click();
    await back.page.getByRole('button', { name: '立即检查' }).click();
    await expect(back.page.getByTestId('leak-result')).toContainText('全部通过', { timeout: 20_000 });
  });
});
