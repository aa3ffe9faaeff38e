import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { found, GROUP, idOf, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { cachePath } from '../store/files/database.ts';
import { runOf, valuesIn, WITH_WORDS } from '../store/tables/messages/testing/quoting-wordings.ts';

const SECRET = '口令是 tiger-4711';
const WHO = [{ uid: 'u-bob', name: 'Bob' }];

const fixture = useFixture();

/** As an older version stored it. */
function plantOld(sql: string, ...values: string[]): void {
  fixture.store.close();
  const db = new Database(cachePath(fixture.dir));
  db.prepare(sql).run(...values);
  db.exec("UPDATE state SET value = '0' WHERE name = 'othersWords'");
  db.close();
  fixture.reopenFresh();
}

const lines = {
  pin: { type: 2000, content: `{0} 置顶了\`${SECRET}\``, extra: WHO },
  notice: { type: 1005, content: `{0}修改群公告为"${SECRET}"`, data: { notice: SECRET }, extra: WHO },
  field: { type: 2000, content: '{0} x', quoted: { text: SECRET }, extra: [...WHO, { name: SECRET }] },
  forward: {
    type: 11,
    msgs: [
      {
        message_id: '1',
        payload: { type: 1, content: 'a', reply: { message_id: '2', payload: { content: SECRET } } },
      },
    ],
  },
  reply: { type: 1, content: 'a', reply: { message_id: '2', digest: SECRET, payload: { content: SECRET } } },
  'reply that is text': { type: 1, content: 'a', reply: SECRET },
  'reply that is a list': { type: 2, url: 'a', reply: [{ message_id: '2', payload: { content: SECRET } }] },
  'reply of a kind nobody knows': { type: 77, reply: { message_id: '2', payload: { content: SECRET } } },
  'forward with words beside the payload': {
    type: 11,
    msgs: [
      { message_id: '1', reply: { payload: { content: SECRET } }, message_extra: { content_edit: SECRET } },
    ],
  },
  'forward of a payload that is text': {
    type: 11,
    msgs: [{ message_id: '1', payload: JSON.stringify({ content: 'a', reply: { payload: SECRET } }) }],
  },
  'forward that is no list': { type: 11, msgs: { a: { payload: { content: SECRET } } } },
  'forwards in forwards without an end': forwards(5_000),
};

function forwards(depth: number): Record<string, unknown> {
  let payload: Record<string, unknown> = { type: 1, content: SECRET };
  for (let level = 0; level < depth; level += 1) payload = { type: 11, msgs: [{ payload }] };
  return payload;
}

test.each(Object.entries(lines))('never stored, indexed or logged: %s', (_what, payload) => {
  fixture.store.messages.ingest([message(1, { payload })], 'live');
  expect(JSON.stringify(fixture.store.messages.page(GROUP, { at: 'latest' }, 5))).not.toContain('tiger');
  expect(JSON.stringify(fixture.store.conversations.list())).not.toContain('tiger');
  expect(found(fixture.store, 'tiger')).toEqual([]);
  expect(fixture.logged.join()).not.toContain('tiger');
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

test.each(Object.entries(lines))('nor when an edit brings it: %s', (_what, contentEdit) => {
  fixture.store.messages.ingest([message(1)], 'live');
  fixture.store.messages.applyExtras(
    GROUP,
    [{ ...EXTRA, messageId: idOf(1), version: 5, contentEdit, editedAt: 1 }],
    'extra',
    0,
  );
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

const EXTRA = {
  version: 0,
  revoke: false,
  revoker: null,
  readCount: null,
  read: false,
  contentEdit: null,
  editedAt: 0,
  mutualDeleted: false,
};

test('what an older version kept is erased at the next start: rows, edits, pages', () => {
  fixture.store.messages.ingest([message(1, { fromUid: '', payload: lines.pin }), message(2)], 'live');
  fixture.store.messages.applyExtras(
    GROUP,
    [{ ...EXTRA, messageId: idOf(2), version: 5, contentEdit: { type: 1, content: 'x' }, editedAt: 1 }],
    'extra',
    0,
  );
  plantOld('UPDATE message SET payload = ? WHERE seq = 1', JSON.stringify(lines.pin));
  plantOld('UPDATE message_extra SET edit = ?', JSON.stringify(lines.pin));
  plantOld('UPDATE message SET payload = ? WHERE seq = 1', JSON.stringify(lines.field));
  plantOld('UPDATE message SET payload = ? WHERE seq = 2', JSON.stringify(lines.reply));
  const [first] = fixture.store.messages.page(GROUP, { at: 'latest' }, 5).messages;
  expect(first?.content).toMatchObject({ kind: 'system' });
  fixture.store.checkpoint();
  expect(scanForResidue([fixture.dir], ['tiger-4711', SECRET])).toEqual([]);
});

/** Everything that is stored, as text. */
function stored(): string {
  fixture.store.checkpoint();
  const db = new Database(cachePath(fixture.dir), { readonly: true });
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  const rows = tables.flatMap((table) => {
    try {
      return db.prepare(`SELECT * FROM "${table}"`).all();
    } catch {
      return []; // A table of the search index that is not read by itself.
    }
  });
  db.close();
  return valuesIn(rows);
}

test('no three characters of the words are in any column, in any wording, as message, edit, forward or quote', () => {
  const words = '虎鲸tiger⁂4711';
  const line = (wording: string, type: number) => ({
    type,
    content: wording.replaceAll('S', words),
    extra: [...WHO, { uid: '', name: words }],
    data: { notice: words },
    remark: words,
    quoted: words,
  });
  const lineOf = (at: number) => line(WITH_WORDS[at % WITH_WORDS.length] ?? '', at % 3 ? 2000 : 1005);
  const many = WITH_WORDS.map((_, at) => at);
  fixture.store.messages.ingest(
    many.flatMap((at) => [
      message(4 * at + 1, { fromUid: '', payload: lineOf(at) }),
      message(4 * at + 2, { payload: { type: 11, msgs: [{ message_id: '1', payload: lineOf(at) }] } }),
      message(4 * at + 3, {
        payload: { type: 1, content: 'x', reply: { message_id: '1', payload: lineOf(at) } },
      }),
      message(4 * at + 4, { payload: { type: 1, content: 'x' } }),
    ]),
    'live',
  );
  fixture.store.messages.applyExtras(
    GROUP,
    many.map((at) => ({
      ...EXTRA,
      messageId: idOf(4 * at + 4),
      version: at + 1,
      contentEdit: lineOf(at),
      editedAt: 1,
    })),
    'extra',
    0,
  );
  expect(runOf(words, stored(), '')).toBeNull();
  expect(JSON.stringify(fixture.store.conversations.list())).not.toContain('tiger');
  expect(scanForResidue([fixture.dir], ['tiger', '虎鲸', '⁂4711'])).toEqual([]);
});
