/** How a chat is told of: what the server keeps of it, and what this computer does. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { levelOf } from '../../../../../shared/notify-level.ts';
import {
  GROUP,
  ME,
  message,
  PERSON,
  text,
  conversation,
} from '../../../account-store/testing/store-fixture.ts';
import { useFixture } from '../../../account-store/testing/use-fixture.ts';
import { outboxPath } from '../../files/database.ts';

const fixture = useFixture();
const level = (channel = GROUP): string | null => {
  const row = fixture.store.conversations.get(channel);
  return row && levelOf(row);
};
const mention = { ...text('@me'), mention: { uids: [ME.uid] } };

test('the badge counts what is told of: all, who mentions me, nothing', () => {
  const { store } = fixture;
  store.messages.ingest([message(1), message(2, { payload: mention }), message(3)], 'live');
  const badge = (): number => store.conversations.badge().unread;
  expect([level(), badge()]).toEqual(['all', 3]);
  store.conversations.setFlags(GROUP, { muted: true });
  expect([level(), badge()]).toEqual(['mentions', 1]);
  store.conversations.setNotice(GROUP, { mentions: false });
  expect([level(), badge()]).toEqual(['none', 0]);
  expect(store.conversations.badge().unreadWithMuted).toBe(3);
  store.conversations.setNotice(GROUP, { mentions: true });
  store.messages.applyRecall({
    channel: GROUP,
    messageId: store.messages.page(GROUP, { at: 'latest' }, 9).messages[1]?.messageId ?? '',
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });
  expect([level(), badge()]).toEqual(['mentions', 0]);
});

test('stays over a restart and a rebuilt cache, and says so to list and head', () => {
  fixture.store.messages.ingest([message(1), message(1, { channel: PERSON })], 'live');
  fixture.store.conversations.setFlags(GROUP, { muted: true });
  fixture.store.conversations.setNotice(GROUP, { mentions: false, sound: 'drop' });
  fixture.store.conversations.setNotice(PERSON, { sound: 'none' });
  const seen = { mentions: false, sound: 'drop' };
  expect(fixture.store.people.channelInfo(GROUP).notify).toEqual(seen);
  const { store } = { store: fixture.reopen() };
  expect(store.conversations.get(GROUP)?.notify).toEqual(seen);
  store.rebuild();
  store.conversations.apply([conversation({ muted: true, lastMessageSeq: 1 })], false);
  expect([level(), store.conversations.get(GROUP)?.notify]).toEqual(['none', seen]);
  expect(store.people.channelInfo(PERSON).notify).toEqual({ mentions: true, sound: 'none' });
});

test('whoever unmutes it, here or on the phone, begins anew; the sound stays', () => {
  const { store } = fixture;
  store.conversations.apply([conversation({ muted: true, lastMessageSeq: 1 })], false);
  store.conversations.setNotice(GROUP, { mentions: false, sound: 'wood' });
  expect(level()).toBe('none');
  store.conversations.apply([conversation({ muted: false, lastMessageSeq: 1 })], false);
  store.conversations.apply([conversation({ muted: true, lastMessageSeq: 1 })], false);
  expect([level(), store.conversations.get(GROUP)?.notify?.sound]).toEqual(['mentions', 'wood']);
});

test('as usual leaves no row; what another version wrote is as usual', () => {
  fixture.store.messages.ingest([message(1)], 'live');
  fixture.store.conversations.setNotice(GROUP, { sound: 'clear' });
  fixture.store.conversations.setNotice(GROUP, { sound: 'app' });
  expect(fixture.store.conversations.get(GROUP)).not.toHaveProperty('notify');
  fixture.store.close();
  const db = new Database(outboxPath(fixture.dir));
  expect(db.prepare('SELECT count(*) FROM chat_notice').pluck().get()).toBe(0);
  db.prepare("INSERT INTO chat_notice VALUES (2, 'g-1', 5, 'trumpets')").run();
  db.close();
  fixture.reopenFresh();
  expect(fixture.store.conversations.get(GROUP)?.notify).toEqual({ mentions: true, sound: 'app' });
});
