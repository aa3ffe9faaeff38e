/** Answers of a search, and what was told while they were on their way. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Me } from '../../../shared/domain.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { receiveDeltas, useSession } from '../../state/session/session-store.ts';
import { clearSearch, search, searchMore, useSearch } from './search-store.ts';

vi.hoisted(() => {
  const window = { location: { search: '' }, addEventListener: () => undefined };
  Object.assign(globalThis, { HTMLElement: Object, document: { activeElement: null }, window });
});
const channel = { channelId: 'g', channelType: 2 };
const hit = (key: string, text = key): SearchHit => ({
  message: messageView(1, {
    key,
    channel,
    content: { kind: 'text', text, mention: { all: false, uids: [] } },
  }),
  channelName: 'G',
  ranges: [],
});
const recalled = (key: string) =>
  messageView(1, { key, channel, content: { kind: 'recalled' }, recall: { state: 'pending' } });
const shown = (): string[] => useSearch.getState().hits.map(({ message }) => message.key);

/** Questions that are on their way, by the text that is looked for. */
let asked: { text: string; answer: (hits: SearchHit[], cursor?: string) => void }[] = [];

beforeEach(() => {
  asked = [];
  const invoke = (_channel: string, { text }: { text: string }): Promise<unknown> =>
    new Promise((resolve) => {
      asked.push({
        text,
        answer: (messages, cursor) =>
          resolve({ ok: true, value: { messages, contacts: [], groups: [], cursor: cursor ?? null } }),
      });
    });
  vi.stubGlobal('window', { wukong: { invoke } });
});
afterEach(() => {
  clearSearch();
  vi.unstubAllGlobals();
});

test('what is recalled while the answer is on its way is no hit', async () => {
  const searching = search('words');
  receiveDeltas([
    { kind: 'messages', channel, upserts: [recalled('b')], removed: ['c'], live: false },
    { kind: 'messages', channel: { ...channel, channelId: 'x' }, upserts: [], removed: ['a'], live: false },
  ]);
  asked[0]?.answer([hit('a'), hit('b'), hit('c')], 'next');
  await searching;
  expect(shown()).toEqual(['a']);

  const more = searchMore();
  receiveDeltas([{ kind: 'messages', channel, upserts: [recalled('d')], removed: [], live: false }]);
  asked[1]?.answer([hit('d'), hit('e')]);
  await more;
  expect(shown()).toEqual(['a', 'e']);
});

test('a chat that is loaded again meanwhile is searched once more', async () => {
  const searching = search('words');
  receiveDeltas([{ kind: 'reload', channel }]);
  asked[0]?.answer([hit('a')]);
  await searching;
  expect(shown()).toEqual([]);
  asked[1]?.answer([hit('b')]);
  await expect.poll(shown).toEqual(['b']);
});

test('a further page belongs to the search that it was asked for', async () => {
  const first = search('one');
  asked[0]?.answer([hit('a')], 'next');
  await first;
  const other = search('two');
  const more = searchMore();
  asked[1]?.answer([hit('z')], 'further');
  await other;
  asked[2]?.answer([hit('b')]);
  await more;
  expect(shown()).toEqual(['z']);
});

test('one page is shown once, however often it is asked for', async () => {
  const first = search('one');
  asked[0]?.answer([hit('a')], 'next');
  await first;
  const [more, again] = [searchMore(), searchMore()];
  asked[1]?.answer([hit('b')]);
  asked[2]?.answer([hit('b')]);
  await Promise.all([more, again]);
  expect(shown()).toEqual(['a', 'b']);
});

test('nothing that one account found is there in the next', async () => {
  const first = search('one');
  asked[0]?.answer([hit('a')], 'next');
  await first;
  const me: Me = { uid: 'other', name: 'Other', username: 'other', shortNo: '', server: '' };
  useSession.setState({ me });
  expect(shown()).toEqual([]);
});
