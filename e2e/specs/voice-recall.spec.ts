/**
 * A voice message of a phone, from its bytes to the sound and away again: heard and marked on all devices, and, when it
 * is recalled while it is heard, nowhere in window, memory, profile and servers.
 */
import { join, relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { coreHeap, expectForgotten, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import { callApi, type Peer } from '../fixtures/people/peer.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

// It looks into its servers.
test.use({ ownServers: true });

const BYTES = 'Vb7Qsecretsoundbytes';
/** A waveform that says something: base64 of bytes, as they come. */
const WAVEFORM = 'Wv9Ksecretwaveform++';
const SECONDS = 20;
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

/** AMR of the best mode, 50 frames a second, that says the secret in each of them. */
const amr = (): Buffer =>
  Buffer.concat([
    Buffer.from('#!AMR\n'),
    ...Array.from({ length: SECONDS * 50 }, () => Buffer.from(`\u003c${BYTES.padEnd(31, '.')}`)),
  ]);

async function sendVoice(peer: Peer, to: string): Promise<{ messageId: string; clientMsgNo: string }> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(amr())]), 'voice.amr');
  const name = `${Math.random().toString(16).slice(2)}.amr`;
  const answer = await fetch(`${peer.api}/v1/file/upload?type=chat&path=/1/${to}/${name}`, {
    method: 'POST',
    headers: { token: peer.token },
    body: form,
  });
  const { path } = (await answer.json()) as { path: string };
  return peer.send(to, 1, { type: 4, url: path, timeTrad: SECONDS, waveform: WAVEFORM });
}

const voices = (chat: AppWindow) => chat.flow.getByTestId('voice');
const found = (...dirs: readonly string[]): string[] =>
  dirs.flatMap((dir) =>
    scanForResidue([dir], [BYTES, WAVEFORM]).map((hit) => `${relative(dir, hit.path)}: ${hit.form}`),
  );

test('heard, marked everywhere, recalled while it sounds: nothing of it is left', async ({
  servers,
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(240_000);
  const alice = await connectPeer(world.alice);
  const bob = await openWindow(world.bob);
  const first = await sendVoice(alice, world.bob.uid);
  await expect(bob.conversation(world.alice.name)).toContainText('[语音]');
  await bob.openChat(world.alice.name);
  await expect(voices(bob)).toHaveAccessibleName(`语音，${SECONDS} 秒，未播放`);
  await expect(voices(bob).getByTestId('voice-unplayed')).toBeVisible();

  // ---- heard: decoded from AMR, the dot goes, and the account's other devices learn of it
  await voices(bob).getByRole('button', { name: '播放' }).click();
  await expect(voices(bob)).toHaveAttribute('data-state', 'playing');
  await expect(voices(bob)).toContainText(`/ 0:${SECONDS}`);
  await expect(voices(bob).getByTestId('voice-unplayed')).toHaveCount(0);
  const { token } = await callApi<{ token: string }>(servers.api, null, 'POST', 'user/login', {
    username: world.bob.username,
    password: PASSWORD,
    flag: 0,
  });
  const heardElsewhere = async (): Promise<unknown> => {
    const { messages } = await callApi<{ messages: { voice_status?: number }[] }>(
      servers.api,
      token,
      'POST',
      'message/channel/sync',
      {
        channel_id: world.alice.uid,
        channel_type: 1,
        start_message_seq: 0,
        end_message_seq: 0,
        limit: 5,
        pull_mode: 1,
      },
    );
    return messages.at(-1)?.voice_status;
  };
  await expect.poll(heardElsewhere).toBe(1);
  const files = join(bob.app.userDataDir, 'accounts');
  expect(found(files).length).toBeGreaterThan(0);
  expect(found(servers.dataDir).length).toBeGreaterThan(0);

  // ---- recalled while it sounds
  await recordDeltas(bob.page);
  await alice.revoke(world.bob.uid, 1, first);
  await expect(voices(bob)).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: '语音已被撤回，播放已停止' })).toBeVisible();
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expectPushedWithout(bob.page, 'file/preview');
  await expect
    .poll(() => found(bob.app.userDataDir, servers.dataDir), { timeout: ERASED_WITHIN_MS, intervals: [500] })
    .toEqual([]);
  for (const secret of [BYTES, WAVEFORM]) {
    await expectForgotten(() => pageHeap(bob.page), secret);
    await expectForgotten(() => mainHeap(bob.app, tempDir), secret);
    await expectForgotten(() => coreHeap(bob.app, tempDir), secret);
  }
});
