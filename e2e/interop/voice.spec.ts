/**
 * Voice messages on a server given by its address: recorded here as phones play them, heard here as phones record them,
 * marked as played, and silent once they are recalled.
 */
import type { Peer } from '../fixtures/people/peer.ts';
import { amrSaying, uploadAs } from '../fixtures/people/peer-files.ts';
import type { AppWindow } from '../fixtures/test.ts';
import { expect, lastMessage, test } from './external.ts';

const SECONDS = 12;
const WAVEFORM = 'Wv9Ksecretwaveform++';

/** As a phone does it: where to, the file, the message (tsdd-api.md 6). */
async function sendVoice(peer: Peer, to: string): Promise<{ messageId: string; clientMsgNo: string }> {
  const url = await uploadAs(peer, { channelId: to, channelType: 1 }, 'amr', amrSaying('sound', SECONDS));
  return peer.send(to, 1, { type: 4, url, timeTrad: SECONDS, waveform: WAVEFORM });
}

const voices = (chat: AppWindow) => chat.flow.getByTestId('voice');

test('a phone’s voice message is heard, marked as played, and stops with its recall', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  test.setTimeout(120_000);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob);
  const elsewhere = await signInPeer(world.bob);
  const sent = await sendVoice(carol, world.bob.uid);
  await expect(bob.conversation(world.carol.name)).toContainText('[语音]');
  await bob.openChat(world.carol.name);
  await expect(voices(bob)).toHaveAccessibleName(`语音，${SECONDS} 秒，未播放`);
  await voices(bob).getByRole('button', { name: '播放' }).click();
  await expect(voices(bob)).toHaveAttribute('data-state', 'playing');
  await expect(voices(bob).getByTestId('voice-unplayed')).toHaveCount(0);
  // (`voicereaded`: TSDD tells no other device of it; that reads it with the history.)
  await expect.poll(async () => (await lastMessage(elsewhere, world.carol.uid))?.voice_status).toBe(1);
  await carol.revoke(world.bob.uid, 1, sent);
  await expect(voices(bob)).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: '语音已被撤回，播放已停止' })).toBeVisible();
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
});

test('one that is recorded here is AMR under an address of the server, and is recalled', async ({
  api,
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob, { env: { WUKONG_FAKE_MICROPHONE: '1' } });
  await bob.openChat(world.carol.name);
  await bob.page.getByTestId('mic').click();
  const recording = bob.page.getByTestId('voice-recording');
  await expect(recording).toContainText('0:02');
  await recording.getByRole('button', { name: '发送' }).click();
  await expect(voices(bob)).toHaveCount(1);
  await expect.poll(() => carol.received.at(-1)?.payload['type']).toBe(4);
  const payload = carol.received.at(-1)?.payload as { url: string; timeTrad: number; waveform: string };
  expect(payload.timeTrad).toBeGreaterThanOrEqual(2);
  const file = await fetch(`${api}/v1/${payload.url}`);
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(bytes.subarray(0, 6).toString('latin1')).toBe('#!AMR\n');
  await voices(bob).getByRole('button', { name: '播放' }).click();
  await expect(voices(bob)).toHaveAttribute('data-state', 'playing');
  await voices(bob).click({ button: 'right', position: { x: 4, y: 4 } });
  await bob.page.getByRole('menuitem', { name: '撤回' }).click();
  await expect(bob.tip('你撤回了一条消息')).toBeVisible();
  await expect(voices(bob)).toHaveCount(0);
  expect((await lastMessage(carol, world.bob.uid))?.revoke).toBe(1);
});
