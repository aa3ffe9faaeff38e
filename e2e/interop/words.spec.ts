/** Words that a real TSDD takes away or copies: pins, edits, expiry, burning, a history cleared on another device. */
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expect, test } from './external.ts';

const MARK = 'WordsVb8N';
const LIFE_SECONDS = 6;

const residueIn = (dir: string): string[] =>
  ['置顶的', '第一版', '自己的', '片刻', '看完就没', '群里清空的'].flatMap((words) =>
    scanForResidue([dir], [`${MARK} ${words}`]).map(
      ({ path, form }) => `${words}: ${relative(dir, path)}: ${form}`,
    ),
  );

test('pinned, edited, expired, burnt and cleared words are nowhere', async ({
  world,
  manage,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  test.setTimeout(240_000);
  await manage('POST', 'common/appconfig', { revoke_second: 120, channel_pinned_message_max_count: 50 });
  const bob = await openWindow(world.bob);
  const alice = await connectPeer(world.alice);
  const carol = await connectPeer(world.carol);
  const elsewhere = await signInPeer(world.bob);
  const inGroup = [world.group.channelId, world.group.channelType] as const;
  const group = { channel_id: inGroup[0], channel_type: inGroup[1] };
  const person = { channel_id: world.carol.uid, channel_type: 1 };
  const toBob = [world.bob.uid, 1] as const;
  const row = bob.conversation(world.carol.name);
  const groupRow = bob.conversation(world.group.name);

  await test.step('a pin, then the recall of what is pinned', async () => {
    const pinned = await carol.sendText(...inGroup, `${MARK} 置顶的`);
    await alice.call('POST', 'message/pinned', {
      message_id: pinned.messageId,
      message_seq: pinned.messageSeq,
      ...group,
    });
    await expect(groupRow).toContainText('置顶了一条消息');
    await expect(groupRow).not.toContainText(MARK);
    await bob.openChat(world.group.name);
    const tip = bob.flow.getByTestId('system-line').filter({ hasText: '置顶了' });
    await expect(tip).toHaveText(`${world.alice.name} 置顶了“${MARK} 置顶的”`);
    await carol.revoke(...inGroup, pinned);
    await expect(tip).toHaveText(`${world.alice.name} 置顶了一条消息`);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('what an edit replaced', async () => {
    const { messageId, messageSeq } = await carol.sendText(...toBob, `${MARK} 第一版`);
    await expect(row).toContainText('第一版');
    await carol.call('POST', 'message/edit', {
      message_id: messageId,
      message_seq: messageSeq,
      channel_id: world.bob.uid,
      channel_type: 1,
      content_edit: JSON.stringify({ type: 1, content: '第二版' }),
    });
    await expect(row).toContainText('第二版');
    await expectNowhere(MARK, bob.page);
  });

  await test.step('own edit in the window', async () => {
    await bob.openChat(world.carol.name);
    await bob.sendAcked(`${MARK} 自己的`);
    await bob
      .openMenu(`${MARK} 自己的`)
      .then((menu) => menu.getByRole('menuitem', { name: /^编辑/ }).click());
    await bob.composer.fill('改过的');
    await bob.composer.press('Enter');
    await expect(bob.bubble('改过的')).toContainText('已编辑');
    await expectNowhere(MARK, bob.page);
  });

  await test.step('a message with a life of its own', async () => {
    await carol.send(...toBob, { type: 1, content: `${MARK} 片刻` }, undefined, LIFE_SECONDS);
    await expect(bob.bubble('片刻')).toBeVisible();
    await expect(bob.bubble('片刻')).toHaveCount(0, { timeout: 3_000 * LIFE_SECONDS });
    await expectNowhere(MARK, bob.page);
  });

  await test.step('burn after reading', async () => {
    const sent = await carol.send(...toBob, {
      type: 1,
      content: `${MARK} 看完就没`,
      flame: 1,
      flame_second: 3,
    });
    await expect(bob.flow.getByTestId('covered')).toBeVisible();
    await expectNowhere(MARK, bob.page);
    await bob.flow.getByTestId('covered').click();
    await expect(bob.bubble(MARK)).toBeVisible();
    await expect(bob.bubble(MARK)).toHaveCount(0, { timeout: 20_000 });
    await expectNowhere(MARK, bob.page);
    const deleted = async (): Promise<number | undefined> => {
      const { messages } = await elsewhere.call<{ messages: { message_seq: number; is_deleted: number }[] }>(
        'POST',
        'message/channel/sync',
        { ...person, start_message_seq: 0, end_message_seq: 0, limit: 50, pull_mode: 1 },
      );
      return messages.find(({ message_seq }) => message_seq === sent.messageSeq)?.is_deleted;
    };
    await expect.poll(deleted).toBe(1);
  });

  await test.step('one message deleted on another device', async () => {
    const { messageId, messageSeq } = await carol.sendText(...toBob, `${MARK} 删掉的`);
    await expect(row).toContainText(MARK);
    await bob.openChat(world.group.name);
    await elsewhere.call('DELETE', 'message', [
      { message_id: messageId, message_seq: messageSeq, ...person },
    ]);
    await expect(row).not.toContainText(MARK);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('a history cleared on another device', async () => {
    const { messageSeq } = await carol.sendText(...toBob, `${MARK} 清空的`);
    await expect(row).toContainText(MARK);
    await elsewhere.call('POST', 'message/offset', { ...person, message_seq: messageSeq });
    await expect(row).not.toContainText(MARK, { timeout: 150_000 });
    await expectNowhere(MARK, bob.page);
  });

  await test.step('a history cleared for everybody by the owner', async () => {
    await carol.sendText(...inGroup, `${MARK} 群里清空的`);
    await expect(bob.bubble('群里清空的')).toBeVisible();
    await alice.call('POST', `channels/${inGroup[0]}/2/message/clear`);
    await expect(bob.bubble('群里清空的')).toHaveCount(0);
    await expect(groupRow).not.toContainText(MARK);
    await expectNowhere(MARK, bob.page);
  });

  await test.step('a chat deleted on another device', async () => {
    await carol.sendText(...toBob, `${MARK} 删除会话`);
    await expect(row).toContainText(MARK);
    await elsewhere.call('PUT', 'coversation/clearUnread', { ...person, unread: 0 });
    await elsewhere.call('DELETE', `conversations/${world.carol.uid}/1`);
    await expect(row).toHaveCount(0);
  });

  await test.step('nothing of what was recalled, edited, burnt or cleared is in a file', async () => {
    await expect
      .poll(() => residueIn(bob.app.userDataDir), { timeout: 20_000, intervals: [500] })
      .toEqual([]);
  });
});
