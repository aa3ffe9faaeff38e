/** Pages that are judged in their bytes come out as those that are parsed whole. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Metrics } from '../metrics.ts';
import { pageStore } from '../testing/page-store.ts';
import { RecallStates } from '../store/recall-states.ts';
import type { MaskOptions } from './found-rows.ts';
import { maskedFromMemory } from './framed-pages.ts';
import { maskBody, maskPage, rowsIn as framedRowsIn } from './pages.ts';

const metrics = new Metrics();
const PATHS = ['/v1/message/channel/sync', '/v1/message/sync', '/v1/conversation/sync'] as const;
const idOf = (at: number): string => String(2124791608111960000n + BigInt(at));

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const REPLY = (id: string): string => `{"message_id":"${id}","payload":{"type":1,"content":"quoted"}}`;
const PAYLOADS: readonly ((quoted: string) => string)[] = [
  () => '{"content":"hello","type":1}',
  () => '{"content":"置顶 \\u003cb\\u003e \\n \\"x\\" {[","type":1}',
  (id) => `{"content":"q","reply":${REPLY(id)},"type":1}`,
  (id) => `{"content":"q","r\\u0065ply":${REPLY(id)},"type":1}`,
  (id) => `{"content":"q","reply":1,"reply":${REPLY(id)},"type":1}`,
  (id) => `{"msgs":[{"message_id":"${id}","payload":{"type":1,"content":"copied"}}],"type":11,"users":[]}`,
  () => '{"content":"{0} 置顶了“words”","type":2000}',
  () => '{"content":"\\u007b0} 置顶了“words”","type":2000}',
  () => '{"content":"words","t\\u0069p":"pin","type":1}',
  () => '{"content":"words","tip":"pin","type":1}',
  () => '{"content":"a \\\\","mention":{"uids":["u"]},"type":1}',
  () => 'null',
  () => '{"deep":[[[{"a":"]}"}]]],"type":1}',
];

function rowOf(pick: (below: number) => number, at: number): string {
  const payload = PAYLOADS[pick(PAYLOADS.length)]?.(idOf(pick(40))) ?? '{}';
  const [from, to] = pick(2) === 0 ? ['alice', 'bob'] : ['bob', 'alice'];
  const extra = `{"message_id":${idOf(at)},"message_id_str":"${idOf(at)}","revoke":1,"extra_version":5}`;
  const tail =
    [
      '"readed":0,"extra_version":0',
      '"readed":1,"readed_count":1,"extra_version":7',
      `"readed":0,"revoke":1,"revoker":"${from}","extra_version":5,"message_extra":${extra}`,
      '"readed":0,"extra_version":0,"revoke":1',
      `"readed":0,"extra_version":0,"message_idstr":"${idOf(pick(40))}"`,
    ][pick(12)] ?? '"readed":0,"extra_version":0';
  const gap = pick(20) === 0 ? ' ' : '';
  return `{"header":{"no_persist":0,"red_dot":1,"sync_once":0},"setting":0,"message_id":${idOf(at)},${gap}"message_idstr":"${idOf(at)}","message_seq":${at + 1},"client_msg_no":"c${pick(30)}","from_uid":"${from}","channel_id":"${to}","channel_type":1,"timestamp":1796019423,"payload":${payload},"signal_payload":"","is_deleted":${pick(15) === 0 ? 1 : 0},${tail}}`;
}

function pageOf(path: string, rows: readonly string[], pick: (below: number) => number): string {
  const list = rows.join(pick(10) === 0 ? ' , ' : ',');
  if (path === '/v1/message/sync') return `[${list}]`;
  if (path === '/v1/conversation/sync')
    return `{"uid":"bob","conversations":[{"channel_id":"alice","recents":[${list}]}],"users":[{"uid":"x"}]}`;
  return `{"start_message_seq":0,"more":0,"messages":[${list}]}`;
}

function options(recalled: ReadonlySet<string>, copied: string): MaskOptions {
  const store = pageStore((ids) => ({
    states: ids
      .filter((id) => recalled.has(id))
      .map((messageId) => ({ messageId, revoked: true, revoker: 'alice', deleted: false })),
    records:
      copied === ''
        ? []
        : [
            {
              messageId: idOf(99),
              channelId: 'alice@bob',
              channelType: 1,
              messageSeq: 1,
              fromUid: 'alice',
              clientMsgNo: copied,
              revoker: 'alice',
              version: 1,
              guardOnly: true,
            },
          ],
  }));
  return {
    states: new RecallStates(store, metrics, () => 0, 1_000),
    late: { of: () => Promise.resolve(new Map()), record: () => undefined },
    note: () => undefined,
    fail: 'closed',
  };
}

test('what is judged in the bytes comes out as what is parsed whole', async () => {
  let changed = 0;
  for (let seed = 1; seed <= 600; seed += 1) {
    const pick = seeded(seed);
    const path = PATHS[seed % PATHS.length] ?? PATHS[0];
    const rows = Array.from({ length: 1 + pick(12) }, (_, at) => rowOf(pick, at));
    const text = pageOf(path, rows, pick);
    const recalled = new Set(pick(3) === 0 ? [] : Array.from({ length: pick(4) }, () => idOf(pick(40))));
    const copied = pick(4) === 0 ? `c${pick(30)}` : '';
    const whole = await maskPage(path, text, options(recalled, copied));
    const quick = (await maskBody(path, Buffer.from(text), options(recalled, copied))).toString('utf8');
    if (whole !== text) changed += 1;
    expect(quick === text, `seed ${seed}`).toBe(whole === text);
    expect(JSON.parse(quick), `seed ${seed}`).toEqual(JSON.parse(whole));
  }
  expect(changed).toBeGreaterThan(120);
});

test('what memory alone decides about comes out as what is parsed whole', async () => {
  let [decided, changed] = [0, 0];
  for (let seed = 1; seed <= 600; seed += 1) {
    const pick = seeded(seed);
    const flat = (below: number): number => (below === PAYLOADS.length ? pick(2) : pick(below));
    const rows = Array.from({ length: 1 + pick(6) }, (_, at) => rowOf(flat, at));
    const text = pageOf(PATHS[0], rows, () => 1);
    const recalled = new Set(pick(2) === 0 ? [] : [idOf(pick(6))]);
    const all = options(recalled, '');
    const body = Buffer.from(text);
    const framed = framedRowsIn(PATHS[0], body);
    if (framed === null) continue;
    // What a page told before: its recalled sendings are recorded.
    all.late = { ...all.late, record: (copies) => all.states.recalled(copies) };
    expect(maskedFromMemory(framed, body, all)).toBe(null);
    await maskBody(PATHS[0], body, all);
    const now = maskedFromMemory(framed, body, all)?.result ?? null;
    if (now === null) continue;
    decided += 1;
    if (now !== body) changed += 1;
    const whole = await maskPage(PATHS[0], text, all);
    expect(now === body, `seed ${seed}`).toBe(whole === text);
    expect(JSON.parse(now.toString()), `seed ${seed}`).toEqual(JSON.parse(whole));
  }
  expect([decided > 50, changed > 5]).toEqual([true, true]);
});

/** The first payload, and nothing odd. */
const plainRow = rowOf((below) => (below === PAYLOADS.length ? 0 : below - 1), 1);

test('a row that says it was recalled is blanked in its bytes, and all else stays as TSDD wrote it', async () => {
  const extra = `"message_extra":{"message_id":${idOf(2)},"message_id_str":"${idOf(2)}","revoke":1,"revoker":"alice","readed":1,"extra_version":5}`;
  const recalled = rowFrom(2, 'alice', 'bob').replace(
    /"readed":0,"extra_version":0\}$/,
    `"readed":1,"revoke":1,"revoker":"alice","extra_version":5,${extra}}`,
  );
  const secret = recalled.replace('hello', 'secret \\u003c \u4f60');
  const kept = rowFrom(3, 'bob', 'alice').replace('hello', 'kept \\u003c');
  const record = { channelId: 'bob@alice', channelType: 1, fromUid: 'alice', revoker: 'alice' };
  const all = options(new Set(), '');
  all.states.recalled([{ ...record, messageId: idOf(2), clientMsgNo: 'c2' }]);
  const recorded: unknown[] = [];
  all.late = { ...all.late, record: (copies) => void recorded.push(...copies) };
  const mask = async (rows: string[]): Promise<string> =>
    (await maskBody(PATHS[0], Buffer.from(pageOf(PATHS[0], rows, () => 1)), all)).toString();
  const blank = recalled.replace(/"payload":\{[^}]*\}/, '"payload":{"type":1,"content":""}');
  expect(await mask([secret, kept])).toBe(pageOf(PATHS[0], [blank, kept], () => 1));
  // One that nobody recorded is, and a copy of it before it on the page goes with it.
  const copy = rowFrom(1, 'alice', 'bob').replace('"c1"', '"c4"').replace('hello', 'secret copy');
  const unknown = secret.replaceAll(idOf(2), idOf(4)).replace('"c2"', '"c4"');
  expect(await mask([copy, unknown])).not.toContain('secret');
  expect(recorded).toMatchObject([{ messageId: idOf(1) }, { messageId: idOf(4) }]);
  // A tip, a deletion, or a word elsewhere makes it none that is read so.
  for (const odd of ['"tip":"pin",', '"streams":[],'])
    expect(await mask([secret.replace('"payload":{', `"payload":{${odd}`)])).not.toContain('secret');
});

test('bytes of a page that is kept are those that came, also where they are no UTF-8', async () => {
  const body = Buffer.from(pageOf(PATHS[0], [plainRow.replace('hello', 'h\u0001')], () => 1));
  body[body.indexOf(1)] = 0xff;
  expect((await maskBody(PATHS[0], body, options(new Set(), ''))) === body).toBe(true);
});

test('a row of a million escapes ends no stack', async () => {
  const row = plainRow.replace('hello', '\\n'.repeat(1_000_000));
  const body = Buffer.from(pageOf(PATHS[0], [row], () => 1));
  expect((await maskBody(PATHS[0], body, options(new Set(), ''))) === body).toBe(true);
});

const rowFrom = (at: number, from: string, to: string): string =>
  plainRow
    .replaceAll(idOf(1), idOf(at))
    .replace(/"client_msg_no":"[^"]*"/, `"client_msg_no":"c${at}"`)
    .replace(/"from_uid":"[^"]*"/, `"from_uid":"${from}"`)
    .replace(/"channel_id":"[^"]*"/, `"channel_id":"${to}"`);

test('two chats whose names read the same in one line are two', async () => {
  const body = Buffer.from(pageOf(PATHS[0], [rowFrom(1, 'a', 'b c'), rowFrom(2, 'a b', 'c')], () => 1));
  const asked: string[] = [];
  const all = options(new Set(), '');
  const { states } = all;
  const page = states.page.bind(states);
  states.page = (quoted, rows) => {
    asked.push(...rows.map(({ channelId }) => channelId));
    return page(quoted, rows);
  };
  await maskBody(PATHS[0], body, all);
  expect(new Set(asked).size).toBe(2);
});

test('where a row changes the bytes of all others stay as they came, also where they are no UTF-8', async () => {
  const kept = rowFrom(2, 'bob', 'alice').replace('hello', 'h\u0001');
  const recalled = rowFrom(3, 'alice', 'bob').replace('hello', 'secret');
  const answered = rowFrom(4, 'bob', 'alice').replace(
    '{"content":"hello","type":1}',
    `{"content":"q","reply":{"message_id":"${idOf(3)}","payload":{"type":1,"content":"secret"}},"type":1}`,
  );
  const body = Buffer.from(pageOf(PATHS[0], [kept, recalled, answered], () => 1));
  const at = body.indexOf(1);
  body[at] = 0xff;
  const masked = await maskBody(PATHS[0], body, options(new Set([idOf(3)]), ''));
  expect(masked.subarray(0, body.indexOf(recalled))).toEqual(body.subarray(0, body.indexOf(recalled)));
  expect(masked[at]).toBe(0xff);
  const text = masked.toString('latin1');
  expect([text.includes('secret'), text.includes(`"message_id":${idOf(3)},`)]).toEqual([false, true]);
  expect(JSON.parse(text)).toMatchObject({ messages: [{}, { revoke: 1, revoker: 'alice' }, {}] });
});

interface Row {
  message_idstr: string;
  payload: { content?: string } | null;
}
const rowsIn = (page: unknown): Row[] =>
  Array.isArray(page)
    ? (page as Row[])
    : ((page as { messages?: Row[] }).messages ??
      (page as { conversations: { recents: Row[] }[] }).conversations.flatMap(({ recents }) => recents));

test('with --fail closed, while the database comes and goes, a page is without what was recalled or is none', async () => {
  let [none, masked, secrets] = [0, 0, 0];
  for (let seed = 1; seed <= 300; seed += 1) {
    const pick = seeded(seed);
    const path = PATHS[seed % PATHS.length] ?? PATHS[0];
    const text = pageOf(
      path,
      Array.from({ length: 1 + pick(8) }, (_, at) =>
        rowOf(pick, at).replace(/"content":"(?:hello|words|q|a )[^"]*"/, `"content":"secret${at}"`),
      ),
      pick,
    );
    const recalled = new Set(Array.from({ length: 1 + pick(4) }, () => idOf(pick(8))));
    const words = rowsIn(JSON.parse(text)).flatMap(({ message_idstr, payload }) =>
      recalled.has(message_idstr) && payload?.content?.startsWith('secret') === true ? [payload.content] : [],
    );
    const all = options(recalled, '');
    const { states } = all;
    const page = states.page.bind(states);
    states.page = (quoted, rows) => (pick(2) === 0 ? Promise.reject(new Error('down')) : page(quoted, rows));
    all.late = {
      record: () => undefined,
      of: () => (pick(4) === 0 ? Promise.reject(new Error('no IM server')) : Promise.resolve(new Map())),
    };
    try {
      const result = (await maskBody(path, Buffer.from(text), all)).toString();
      masked += 1;
      for (const each of words) expect(result.includes(`"${each}"`), `seed ${seed}`).toBe(false);
      secrets += words.length;
    } catch (error) {
      if (!/^(?:down|no IM server)$/.test((error as Error).message)) throw error;
      none += 1;
    }
  }
  expect([none > 50, masked > 50, secrets > 20]).toEqual([true, true, true]);
});

/** What is held after a collection, MB. */
function heldMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('what is remembered of a page is not the page', async () => {
  let now = 0;
  const store = pageStore();
  const all = { ...options(new Set(), ''), states: new RecallStates(store, metrics, () => now) };
  const long = plainRow.replace('hello', 'x'.repeat(200_000));
  const read = (at: number): Promise<Buffer> => {
    const own = long
      .replaceAll(idOf(1), idOf(at))
      .replace(/"client_msg_no":"[^"]*"/, `"client_msg_no":"the number of message ${at}"`);
    now += 2_000;
    return maskBody(PATHS[0], Buffer.from(pageOf(PATHS[0], [own], () => 1)), all);
  };
  for (let at = 0; at < 20; at += 1) await read(at);
  const before = heldMb();
  for (let at = 20; at < 320; at += 1) await read(at);
  // 60 MB went through.
  expect(heldMb() - before).toBeLessThan(10);
});
