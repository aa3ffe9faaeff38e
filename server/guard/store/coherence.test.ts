/** Two guards and a Redis; skipped by name where there is none. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { redisMissing, startRedis } from '../testing/databases.ts';
import { GuardHarness, quoteOf } from '../testing/harness.ts';
import type { Guard } from '../guard.ts';

describe.skipIf(redisMissing !== null)(
  `several guards${redisMissing === null ? '' : ` (skipped: ${redisMissing})`}`,
  () => {
    let h: GuardHarness;
    let redis: Awaited<ReturnType<typeof startRedis>>;
    let other: Guard;

    beforeEach(async () => {
      redis = await startRedis();
      h = await new GuardHarness().start({ redis: redis.url });
      other = await h.another({ redis: redis.url });
      await vi.waitUntil(() => h.guard.parts.coherence.heard() && other.parts.coherence.heard(), 10_000);
    });
    afterEach(async () => {
      await other.close();
      await h.close();
      await redis.close();
    });

    test("hear of each other's recalls at once, and believe for a second at most when they cannot", async () => {
      const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
      const read = async () =>
        (
          await fetch(`${other.url}/v1/message/channel/sync`, {
            method: 'POST',
            headers: { token: bob.token, 'content-type': 'application/json' },
            body: JSON.stringify({ channel_id: alice.uid, channel_type: 1, limit: 1 }),
          })
        ).text();
      const sent = h.say(alice, bob.uid, 'secret words');
      h.say(bob, alice.uid, 'hm', quoteOf(sent, 'secret words'));
      expect(await read()).toContain('secret words');
      expect((await h.recall(alice, sent, bob.uid)).status).toBe(200);
      // The clock stands still: what was believed is only undone by being told.
      await vi.waitFor(async () => expect(await read()).not.toContain('secret words'));
      await redis.stop();
      await vi.waitFor(() => expect(other.parts.coherence.heard()).toBe(false));
      const again = h.say(alice, bob.uid, 'more words');
      h.say(bob, alice.uid, 'hm', quoteOf(again, 'more words'));
      expect(await read()).toContain('more words');
      expect((await h.recall(alice, again, bob.uid)).status).toBe(200);
      h.clock += 1_000;
      expect(await read()).not.toContain('more words');
    });
  },
);
