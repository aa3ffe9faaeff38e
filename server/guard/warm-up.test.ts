/** Before a guard is ready it passes pages of its own making, and leaves nothing behind of that. */
import { expect, test, vi } from 'vitest';
import { warmUp } from './warm-up.ts';

const servers = (): number => process.getActiveResourcesInfo().filter((kind) => /server/i.test(kind)).length;

test('so many pages pass, and nothing listens any more afterwards', async () => {
  const before = servers();
  expect(await warmUp(20)).toMatchObject({ pages: 20 });
  // The system's end of a socket takes a turn.
  await vi.waitFor(() => expect(servers()).toBe(before));
});
