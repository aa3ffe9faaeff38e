/** Masking of answers that no well-meaning server writes. */
import { expect, test } from 'vitest';
import { Metrics } from '../metrics.ts';
import { pageStore } from '../testing/page-store.ts';
import { RecallStates } from '../store/recall-states.ts';
import { maskBody } from './pages.ts';

const SECRET = 'secret words';
const ID = '2124791608111960064';

const NO_LATE = { of: () => Promise.resolve(new Map()), record: () => undefined };

function masks(revoked: readonly string[]) {
  const store = pageStore((ids) => ({
    states: ids
      .filter((id) => revoked.includes(id))
      .map((messageId) => ({ messageId, revoked: true, revoker: 'u', deleted: false })),
  }));
  const states = new RecallStates(store, new Metrics(), () => 0);
  const kinds: string[] = [];
  return {
    kinds,
    page: async (path: string, text: string) =>
      (
        await maskBody(path, Buffer.from(text), {
          states,
          late: NO_LATE,
          note: (kind) => kinds.push(kind),
          fail: 'closed',
        })
      ).toString(),
  };
}

const row = (id: string, payload: string): string =>
  `{"message_id":${id},"message_idstr":"${id}","client_msg_no":"c${id}","from_uid":"a","channel_id":"b","channel_type":1,"payload":${payload}}`;

test('hostile nesting on a page keeps nobody from reading the rest, and ids keep their digits', async () => {
  const deep = `${'['.repeat(9_000)}${']'.repeat(9_000)}`;
  const odd = row('2124791608111960065', `{"type":1,"content":"x","deep":${deep}}`);
  const text = `{"messages":[${odd},${row(ID, `{"type":1,"content":"${SECRET}"}`)},${row('2124791608111960067', '{"type":1,"content":"kept"}')}]}`;
  const result = await masks([ID]).page('/v1/message/channel/sync', text);
  expect(result).not.toContain(SECRET);
  expect(result).toContain('kept');
  expect(result).toContain(`"message_id":${ID},`);
  expect(result).toContain('"message_id":2124791608111960065,');
  const untouched = await masks([]).page('/v1/message/channel/sync', text);
  expect(untouched).toBe(text);
});

const quote = (id: string, content: string, inner = ''): string =>
  `{"type":1,"content":"${content}","reply":{"message_id":"${id}","payload":{"type":1,"content":"q${id}"${inner}}}}`;

test('quotes in quotes are blanked, and only where they quote what was recalled', async () => {
  const inner = `,"reply":{"message_id":"${ID}","payload":{"type":1,"content":"${SECRET}"}}`;
  const mask = masks([ID]);
  const result = await mask.page('/v1/message/sync', `[${row('5', quote('7', 'one', inner))}]`);
  expect(result).not.toContain(SECRET);
  expect(result).toContain('q7');
  expect(mask.kinds).toEqual(['quote']);
});

test('a page that is no JSON, or holds no rows, is not touched', async () => {
  for (const text of [
    '<html>',
    '',
    'null',
    '[]',
    '{"messages":7}',
    '{"messages":[null,3,"x"]}',
    '[{"payload":3}]',
  ])
    expect(await masks([ID]).page('/v1/message/channel/sync', text)).toBe(text);
});

test('an answer of ten thousand rows is masked in time that grows with it', async () => {
  const rows = Array.from({ length: 10_000 }, (_, at) =>
    row(String(10_000_000_000_000_000n + BigInt(at)), `{"type":1,"content":"${SECRET}"}`),
  );
  const ids = rows.map((_, at) => String(10_000_000_000_000_000n + BigInt(at)));
  const result = await masks(ids).page('/v1/message/channel/sync', `{"messages":[${rows.join(',')}]}`);
  expect(result).not.toContain(SECRET);
  expect(result.match(/"revoke":1/g)).toHaveLength(20_000);
});

test('only the rows that change are written anew; the rest of the text stays as it is', async () => {
  const odd = String.raw`{"type":1,"content":"a \\\" ] } { [ \\","n":12345678901234567890,"b":1.50}`;
  const rows = [
    row('2124791608111960001', odd),
    row(ID, `{"type":1,"content":"${SECRET}"}`),
    row('2124791608111960003', odd),
  ];
  const text = `{ "start_message_seq" : 0, "messages": [ ${rows.join(' , ')} ] }`;
  const result = await masks([ID]).page('/v1/message/channel/sync', text);
  expect(JSON.parse(result)).toMatchObject({ messages: [{}, { revoke: 1, payload: { content: '' } }, {}] });
  expect(result.startsWith(text.slice(0, text.indexOf(rows[1] ?? '')))).toBe(true);
  expect(result.endsWith(text.slice(text.indexOf(rows[1] ?? '') + (rows[1]?.length ?? 0)))).toBe(true);
  const nested = `{"uid":"u","conversations":[{"channel_id":"b","recents":[${rows.join(',')}],"extra":{}}],"users":[{"uid":"x"}]}`;
  const masked = await masks([ID]).page('/v1/conversation/sync', nested);
  expect(masked).not.toContain(SECRET);
  expect(masked).toContain(rows[0]);
  expect(masked).toContain(rows[2]);
});

test('rows are found however their JSON is written', async () => {
  const secret = `{"type":1,"content":"${SECRET}"}`;
  const plain = row(ID, secret);
  const rows = [
    plain.replace('"message_idstr"', String.raw`"message\u005fidstr"`),
    plain.replace('"payload"', String.raw`"p\u0061yload"`),
    plain.replace('"from_uid":"a"', String.raw`"from_uid":"\u0061"`),
    plain.replace(`"message_idstr":"${ID}"`, `"message_idstr":"1","message_idstr":"${ID}"`),
    plain.replace('"payload":', `"payload":${secret},"payload":`),
    plain.replace('"channel_type":1', '"channel_type":"1"'),
    plain.replaceAll(/([{,:])/g, '$1 \n\t'),
    plain.replace('"payload":', '"payload":{"content":"x","deep":[{}]},"payload":'),
    row('7', quote(ID, 'x').replace('"message_id"', String.raw`"message\u005fid"`)).replaceAll(
      `q${ID}`,
      SECRET,
    ),
    row('7', quote(ID, 'x').replace('"reply"', String.raw`"r\u0065ply"`)).replaceAll(`q${ID}`, SECRET),
  ];
  // Words that look like a row, or like the end of the page, are words.
  const [all, none] = [masks([ID]), masks([])];
  const decoy = JSON.stringify({ type: 1, content: `"}]},"messages":[],{"message_idstr":"${ID}"` });
  for (const each of rows)
    for (const path of ['/v1/message/channel/sync', '/v1/message/sync']) {
      const list = `[${row('5', decoy)},${each},${row('6', decoy)}]`;
      const text = path.endsWith('channel/sync') ? `{"messages":${list}}` : list;
      for (const written of [text, `\u{feff}${text}`]) {
        const result = await all.page(path, written);
        expect([each, result.includes(SECRET)]).toEqual([each, false]);
        expect(result.split(JSON.stringify(JSON.parse(decoy)))).toHaveLength(3);
      }
      expect(await none.page(path, `\u{feff}${text}`)).toBe(`\u{feff}${text}`);
    }
});

test.each([
  ['/v1/message/search', (rows: string) => `[${rows}]`],
  [
    '/v1/coversations',
    (rows: string) => `{"conversations":[{"unread":1,"last_message":${rows}}],"users":[]}`,
  ],
])('%s is masked as TSDD writes it', async (path, page) => {
  const text = page(row(ID, `{"type":1,"content":"${SECRET}"}`));
  const result = await masks([ID]).page(path, text);
  expect(result).not.toContain(SECRET);
  expect(result === '[]' || result.includes(`"message_id":${ID},`)).toBe(true);
  expect(await masks([]).page(path, text)).toBe(text);
});
