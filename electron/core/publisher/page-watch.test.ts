import { expect, it } from 'vitest';
import { channelKey } from '../../../shared/domain.ts';
import { PageWatch } from './page-watch.ts';

const CHAT = { channelId: 'bob', channelType: 1 };
const delta = { kind: 'contacts' } as const;

it('of an account that left the screen no delta goes out until a page begins; its chats are closed, once', () => {
  const [sent, looked, closed]: [number[], boolean[], string[]] = [[], [], []];
  const page = new PageWatch(
    (deltas) => sent.push(deltas.length),
    (isThere) => looked.push(isThere),
  );
  page.push([delta]);
  page.begins();
  page.openChannels.set(channelKey(CHAT), CHAT);
  page.push([delta]);
  expect([sent, looked]).toEqual([[1, 1], []]);
  page.leaves(({ channelId }) => closed.push(channelId));
  page.push([delta]);
  expect([sent, looked, closed, page.openChannels.size]).toEqual([[1, 1], [false], ['bob'], 0]);
  page.begins();
  page.push([delta, delta]);
  expect([sent, looked]).toEqual([
    [1, 1, 2],
    [false, true],
  ]);
});

it('nothing that the last page did not take holds up the next one', () => {
  const page = new PageWatch(
    () => undefined,
    () => undefined,
  );
  page.flow.taken();
  for (let batch = 0; batch < 5; batch += 1) page.push([delta]);
  page.leaves(() => undefined);
  page.begins();
  let flushed = 0;
  const cancel = page.flow.schedule(() => (flushed += 1), 0);
  return new Promise<void>((done) => {
    setTimeout(() => {
      cancel();
      expect(flushed).toBe(1);
      done();
    }, 5);
  });
});
