/** Twenty kills of the whole app in the middle of work (docs/soak.md); `npm run soak` does more of them. */
import { join } from 'node:path';
import { expect, test } from '../fixtures/test.ts';
import { runSoak } from '../soak/run-soak.ts';
import { readOutbox } from '../soak/profile-reader.ts';
import { PHASES } from '../soak/schedule.ts';
import { readServer } from '../soak/server-view.ts';
import { Traffic } from '../soak/traffic.ts';

const KILLS = 20;
/** One whose kills meet each of the scenes of media. */
const SEED = 7;

test('killed twenty times at work: nothing lost, nothing doubled, every recall done', async ({
  tempDir,
  runtime,
}) => {
  test.setTimeout(600_000);
  const log: string[] = [];
  const folder = join(tempDir, 'soak');
  const report = await runSoak({
    runtime,
    kills: KILLS,
    seed: SEED,
    folder,
    startPairs: 1,
    say: (line) => log.push(line),
  });
  expect(report.findings, log.join('\n')).toEqual([]);
  expect(report).toMatchObject({ kills: KILLS, lost: 0, doubled: 0 });
  // The kills met what they were meant to meet.
  expect(
    PHASES.filter((phase) => report.hits[phase] === 0),
    log.join('\n'),
  ).toEqual([]);
  expect(report.messages).toBeGreaterThan(100);
  expect(report.recalls).toBeGreaterThan(20);
});

test.describe('the servers', () => {
  test.use({ serverArgs: ['--store-repeats'] });

  test('killed three times while somebody writes: the open app goes on, everything is there once, in order', async ({
    servers,
    world,
    openWindow,
    signInPeer,
  }) => {
    test.setTimeout(240_000);
    const alice = await openWindow(world.alice);
    await alice.openChat(world.bob.name);
    const bob = await signInPeer(world.bob);
    const talk = {
      channel: `1/${world.bob.uid}`,
      channelId: world.bob.uid,
      channelType: 1,
      peer: bob,
      peerChannelId: world.alice.uid,
    };
    const traffic = new Traffic(world.alice.uid);
    for (let round = 1; round <= 3; round += 1) {
      traffic.begin(round);
      // All are accepted, the first ones are under way.
      await traffic.sendByCalls(alice.page, talk, 20);
      await servers.kill();
      await traffic.sendByHand(alice, talk);
      await servers.start();
      await alice.page.evaluate(() => window.wukong.invoke('connection.retry', undefined));
      await expect.poll(() => readOutbox(alice.app.userDataDir).sends.length, { timeout: 60_000 }).toBe(0);
    }
    const watched = { channel: talk.channel, peer: bob, channelId: world.alice.uid, channelType: 1 };
    const rows = await readServer([watched], new Map());
    const texts = rows.map((row) => row.text).filter((text) => text.startsWith('soak'));
    expect(texts).toEqual(traffic.said.map((one) => one.text));
    const last = traffic.said.at(-1)?.text ?? '';
    await expect(alice.bubble(last)).toHaveAttribute('aria-label', /已发送|已送达|已读/);
    await alice.recall(last);
    await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  });
});
