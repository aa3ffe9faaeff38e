import { expect, it } from 'vitest';
import { coreCalls } from './core-calls.ts';

it('tells the worker what notifications show before a leak check, and nothing before other calls', async () => {
  const told: unknown[] = [];
  const shown = [{ channel: { channelId: 'g', channelType: 2 }, messageKey: 'u:1' }];
  const core = coreCalls({
    session: {
      setAnnounced: (messages) => told.push(messages),
      request(channel, args) {
        told.push([channel, args]);
        return Promise.resolve({ ok: true, value: null });
      },
    },
    notifications: { announced: () => shown },
    presence: { isAway: false },
  });
  await core('drafts.get', { channel: shown[0]?.channel });
  await core('recall.leakCheck', undefined);
  expect(told).toEqual([
    ['drafts.get', { channel: shown[0]?.channel }],
    shown,
    ['recall.leakCheck', undefined],
  ]);
});

it('reads nothing while nobody can be there', async () => {
  const asked: string[] = [];
  const presence = { isAway: true };
  const core = coreCalls({
    session: {
      setAnnounced: () => undefined,
      request(channel) {
        asked.push(channel);
        return Promise.resolve({ ok: true, value: null });
      },
    },
    notifications: { announced: () => [] },
    presence,
  });
  const read = { channel: { channelId: 'g', channelType: 2 }, messageSeq: 7 };
  expect(await core('conversations.markRead', read)).toMatchObject({ ok: false, code: 'refused' });
  await core('channels.close', undefined);
  presence.isAway = false;
  expect(await core('conversations.markRead', read)).toMatchObject({ ok: true });
  expect(asked).toEqual(['channels.close', 'conversations.markRead']);
});

it('several pages of an account: one of them has the pace, and what others have open is known again after it began', async () => {
  const asked: string[] = [];
  const core = coreCalls({
    session: {
      setAnnounced: () => undefined,
      request(channel) {
        asked.push(channel);
        return Promise.resolve({ ok: true, value: null });
      },
    },
    notifications: { announced: () => [] },
    presence: { isAway: false },
    paces: (page) => page === 1,
    onBegan: () => asked.push('began'),
  });
  for (const page of [1, 2, 3])
    expect(await core('core.deltasTaken', undefined, 'a', page)).toEqual({ ok: true, value: null });
  await core('core.snapshot', undefined, 'a', 2);
  await core('core.bootstrap', undefined, 'a', 1);
  expect(asked).toEqual(['core.deltasTaken', 'core.snapshot', 'core.bootstrap', 'began']);
});
