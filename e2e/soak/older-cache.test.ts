/** What an older cache loses in its tables is looked for again by the app that opens it. */
import { expect, test } from 'vitest';
import {
  extraOf,
  GROUP,
  idOf,
  message,
  OTHER_GROUP,
  text,
} from '../../electron/core/account-store/testing/store-fixture.ts';
import { useFixture } from '../../electron/core/account-store/testing/use-fixture.ts';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { cachePath } from '../../electron/core/store/files/database.ts';
import { LAST_SLOW_SCHEMA, makeOlder } from './older-cache.ts';

const SECRET = 'Kp4Copied口令';
const fixture = useFixture();

test('a recall reaches the copy in a merged forward that an older cache did not note', () => {
  const copy = { message_id: idOf(7), timestamp: 1_795_424_007, payload: text(SECRET) };
  const forward = { type: 11, users: [], msgs: [copy] };
  fixture.store.messages.ingest([message(50, { channel: OTHER_GROUP, payload: forward })], 'live');
  fixture.store.close();
  makeOlder(cachePath(fixture.dir), LAST_SLOW_SCHEMA);
  fixture.reopenFresh();
  expect(JSON.stringify(fixture.store.messages.page(OTHER_GROUP, { at: 'latest' }, 50))).toContain(SECRET);
  const recall = extraOf(idOf(7), { version: 107, revoke: true, revoker: 'u-bob' });
  fixture.store.messages.applyExtras(GROUP, [recall], 'extra', 0);
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], [SECRET])).toEqual([]);
});
