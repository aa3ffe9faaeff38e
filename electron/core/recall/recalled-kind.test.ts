/** The kind of a recalled message, for placeholders that name it; nothing else of it. */
import { expect, test } from 'vitest';
import { extraOf, GROUP, idOf, message, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';

const fixture = useFixture();
const recalled = (n: number) => extraOf(idOf(n), { revoke: true, revoker: 'u-bob', version: 9 });
const recallOf = (n: number) => fixture.store.messages.get(GROUP, `u-bob:no-${n}`)?.recall;

test('is known of what was here, and of what came recalled; a text is a message', () => {
  const { messages } = fixture.store;
  messages.ingest(
    [
      message(1, { payload: { type: 8, url: 'file/secret.pdf', name: 'secret.pdf', size: 3 } }),
      message(2, { payload: text('secret words') }),
      message(3, { payload: { type: 4, url: 'file/secret.amr', timeTrad: 17 }, extra: recalled(3) }),
      message(4, { payload: { type: 1234, content: 'secret' } }),
    ],
    'live',
  );
  for (const n of [1, 2, 4]) messages.applyExtras(GROUP, [recalled(n)], 'extra', performance.now());
  expect([1, 2, 3, 4].map((n) => [recallOf(n)?.state, (recallOf(n) as { was?: string }).was])).toEqual([
    ['done', 'file'],
    ['done', undefined],
    ['done', 'voice'],
    ['done', undefined],
  ]);
  expect(JSON.stringify([1, 2, 3, 4].map((n) => messages.get(GROUP, `u-bob:no-${n}`)))).not.toMatch(
    /secret|17\b/,
  );
});
