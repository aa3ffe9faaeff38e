/**
 * A voice message of a phone, from its bytes to the sound and away again: heard and marked on all devices, and, when it
 * is recalled while it is heard, nowhere in window, memory, profile and servers.
 */
import { join, relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { VoiceCodec } from '../../electron/core/voice/voice-codec.ts';
import { coreHeap, expectForgotten, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import { callApi, type Peer } from '../fixtures/people/peer.ts';
import { countInMemory, processesOf } from '../fixtures/app/process-memory.ts';
import { amrSaying, uploadAs } from '../fixtures/people/peer-files.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

// It looks into its servers.
test.use({ ownServers: true });

const BYTES = 'Vb7Qsecretsoundbytes';
/** A waveform that says something: base64 of bytes, as they come. */
const WAVEFORM = 'Wv9Ksecretwaveform++';
const SECONDS = 59;
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

async function sendVoice(peer: Peer, to: string): Promise<{ messageId: string; clientMsgNo: string }> {
  const url = await uploadAs(peer, { channelId: to, channelType: 1 }, 'amr', amrSaying(BYTES, SECONDS));
  return peer.send(to, 1, { type: 4, url, timeTrad: SECONDS, waveform: WAVEFORM });
}

/** A piece of the samples in the middle of a recording, as they lie in memory. */
async function middleOf(amr: Buffer): Promise<string> {
  const codec = new VoiceCodec();
  const pcm = await codec.decode(new Uint8Array(amr));
  codec.close();
  const middle = pcm.length / 2;
  return Buffer.from(pcm.buffer, middle * 2, 32).toString('latin1');
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

  // ---- what the page's processes hold of its samples; null where the system does not show that
  const samples = await middleOf(amrSaying(BYTES, SECONDS));
  const browser = bob.page.context().browser();
  const pages = browser ? (await processesOf(browser)).filter(({ type }) => type === 'renderer') : [];
  const heldByPages = (): number | null => {
    const counts = pages.map(({ pid }) => countInMemory(pid, samples));
    return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  };
  const heldBefore = heldByPages();

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
  if (heldBefore !== null && pages.length > 0) {
    expect(heldBefore).toBeGreaterThan(SECONDS);
    // What only waits for the page's collection of garbage is held by nobody: 1,371 before, 64 after it.
    const cdp = await bob.page.context().newCDPSession(bob.page);
    await expect
      .poll(
        async () => {
          await cdp.send('HeapProfiler.collectGarbage');
          return (heldByPages() ?? 0) / heldBefore;
        },
        { timeout: ERASED_WITHIN_MS },
      )
      .toBeLessThan(0.2);
    await cdp.detach();
  }
  await expectForgotten(() => pageHeap(bob.page), BYTES, WAVEFORM);
  await expectForgotten(() => mainHeap(bob.app, tempDir), BYTES, WAVEFORM);
  await expectForgotten(() => coreHeap(bob.app, tempDir), BYTES, WAVEFORM);
});

test('recorded here: AMR as phones play it, with its quote; recalled everywhere; forwarded', async ({
  servers,
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(240_000);
  const bob = await connectPeer(world.bob);
  const alice = await openWindow(world.alice, { env: { WUKONG_FAKE_MICROPHONE: '1' } });
  await alice.openChat(world.bob.name);

  // ---- the microphone alone is the page's
  const permissions = await alice.page.evaluate(async () => {
    const states: string[] = [];
    for (const name of ['microphone', 'camera', 'geolocation'])
      states.push((await navigator.permissions.query({ name: name as PermissionName })).state);
    return states;
  });
  expect(permissions).toEqual(['granted', 'denied', 'denied']);

  // ---- as the answer to a message, which goes along
  await bob.sendText(world.alice.uid, 1, '听得到吗');
  await alice.bubble('听得到吗').click({ button: 'right' });
  await alice.page.getByRole('menuitem', { name: '回复' }).click();
  await alice.page.getByTestId('mic').click();
  const recording = alice.page.getByTestId('voice-recording');
  await expect(recording).toContainText(/0:0[2-9]/);
  await expect(alice.page.getByTestId('reply-bar')).toBeVisible();
  await recording.getByRole('button', { name: '发送' }).click();
  await expect(recording).toHaveCount(0);
  await expect(alice.page.getByTestId('reply-bar')).toHaveCount(0);
  await expect(voices(alice)).toHaveCount(1);
  await expect.poll(() => bob.received.at(-1)?.payload['type']).toBe(4);
  const got = bob.received.at(-1);
  const payload = got?.payload as {
    url: string;
    timeTrad: number;
    waveform: string;
    reply: { payload: object };
  };
  expect(payload.timeTrad).toBeGreaterThanOrEqual(2);
  expect(Buffer.from(payload.waveform, 'base64').length).toBeGreaterThan(10);
  expect(payload.reply).toMatchObject({ from_uid: world.bob.uid, payload: { type: 1, content: '听得到吗' } });
  expect(payload.url).toMatch(/^file\/preview\/chat\/.*\.amr$/);
  const file = await fetch(`${servers.api}/v1/${payload.url}`);
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(bytes.subarray(0, 6).toString('latin1')).toBe('#!AMR\n');
  // 12.2 kbit/s, 50 frames of 32 bytes a second.
  expect((bytes.length - 6) / 1_600).toBeCloseTo(payload.timeTrad, -0.5);

  // ---- heard here from what was recorded here, and recalled while it sounds
  await voices(alice).getByRole('button', { name: '播放' }).click();
  await expect(voices(alice)).toHaveAttribute('data-state', 'playing');
  await voices(alice).click({ button: 'right', position: { x: 4, y: 4 } });
  await alice.page.getByRole('menuitem', { name: '撤回' }).click();
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expect(voices(alice)).toHaveCount(0);
  await expect.poll(async () => (await fetch(`${servers.api}/v1/${payload.url}`)).status).toBe(404);
  const secret = bytes.subarray(6 + 320, 6 + 352).toString('latin1');
  await expect
    .poll(() => scanForResidue([alice.app.userDataDir, servers.dataDir], [payload.waveform, secret]), {
      timeout: ERASED_WITHIN_MS,
      intervals: [500],
    })
    .toEqual([]);

  // ---- forwarded as it is
  await sendVoice(bob, world.alice.uid);
  await expect(voices(alice)).toHaveCount(1);
  await voices(alice).click({ button: 'right', position: { x: 4, y: 4 } });
  await expect(alice.page.getByRole('menuitem', { name: '另存为' })).toBeVisible();
  await alice.page.getByRole('menuitem', { name: '转发' }).click();
  await alice.page.getByRole('dialog').getByText(world.group.name).click();
  await alice.page
    .getByRole('dialog')
    .getByRole('button', { name: /发送|转发/ })
    .last()
    .click();
  await expect
    .poll(() => bob.received.at(-1))
    .toMatchObject({
      channelId: world.group.channelId,
      payload: { type: 4, timeTrad: SECONDS, waveform: WAVEFORM },
    });
});
