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
  });
  await core('drafts.get', { channel: shown[0]?.channel });
  await core('recall.leakCheck', undefined);
  expect(told).toEqual([
    ['drafts.get', { channel: shown[0]?.channel }],
    shown,
    ['recall.leakCheck', undefined],
  ]);
});
