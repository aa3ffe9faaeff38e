import { beforeEach, expect, test } from 'vitest';
import type { CoreDelta } from '../../../../../shared/ipc/contract/events.ts';
import { MAX_MEMBER_PAGE, WHOLE_MEMBER_LIST } from '../../../../../shared/ipc/contract/limits.ts';
import { createPublisher } from '../../../publisher/publisher.ts';
import type { MemberRecord } from '../../server-records.ts';
import type { OpenStore } from '../../../account-store/open-store.ts';
import { useFixture } from '../../../account-store/testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const member = (uid: string, change: Partial<MemberRecord> = {}): MemberRecord => ({
  groupNo: 'g-1',
  uid,
  name: `同事 ${uid}`,
  remark: '',
  role: 0,
  version: 1,
  deleted: false,
  status: 1,
  mutedUntil: 0,
  ...change,
});
const many = (count: number): MemberRecord[] =>
  Array.from({ length: count }, (_, n) =>
    member(String(n), { version: n + 1, role: n === 4_321 ? 1 : n === 77 ? 2 : 0 }),
  );
const uids = (search: string, offset = 0, limit = 5): string[] =>
  store.people.memberPage('g-1', { search, offset, limit }).members.map(({ uid }) => uid);

test('of 10,000 members the page gets only the first, however often something changes', () => {
  const batches: CoreDelta[][] = [];
  const frames: (() => void)[] = [];
  const publisher = createPublisher({
    store,
    push: (deltas) => batches.push(deltas),
    schedule: (flush) => {
      frames.push(flush);
      return () => undefined;
    },
  });
  const rows = many(10_000);
  for (let at = 0; at < rows.length; at += 1_000) {
    store.people.putMembers('g-1', rows.slice(at, at + 1_000));
    frames.at(-1)?.();
  }
  store.people.putMembers('g-1', [member('9999', { version: 20_000, remark: '改名' })]);
  frames.at(-1)?.();
  publisher.close();
  expect(batches).toHaveLength(11);
  for (const batch of batches) {
    const bytes = Buffer.byteLength(JSON.stringify(batch));
    expect(bytes).toBeLessThan(40_000);
  }
  const last = batches.at(-1)?.find((delta) => delta.kind === 'members');
  expect(last?.kind === 'members' && last.members.slice(0, 2).map(({ uid }) => uid)).toEqual(['4321', '77']);
  expect(store.people.channelInfo({ channelId: 'g-1', channelType: 2 }).memberCount).toBe(10_000);
});

test('a small group is given whole', () => {
  store.people.putMembers('g-1', many(WHOLE_MEMBER_LIST));
  expect(store.people.members('g-1')).toHaveLength(WHOLE_MEMBER_LIST);
  store.people.putMembers('g-1', [member('one more')]);
  expect(store.people.members('g-1').length).toBeLessThan(WHOLE_MEMBER_LIST);
});

test('pages are slices of one order and hold everybody once', () => {
  store.people.putMembers('g-1', many(1_000));
  const seen: string[] = [];
  for (let offset = 0; offset < 1_000; offset += MAX_MEMBER_PAGE) {
    const page = store.people.memberPage('g-1', { search: '', offset, limit: MAX_MEMBER_PAGE });
    expect(page.total).toBe(1_000);
    seen.push(...page.members.map(({ uid }) => uid));
  }
  expect(new Set(seen).size).toBe(1_000);
  expect(uids('', 1_000)).toEqual([]);
});

test('found by name, nickname, pinyin and initials; names that begin with it first', () => {
  store.people.putMembers('g-1', [
    ...many(300),
    member('lin', { name: '林知夏' }),
    member('bob', { name: 'Bob', remark: '老鲍' }),
    member('ex', { name: '知更鸟' }),
  ]);
  expect(uids('知')).toEqual(['ex', 'lin']);
  expect(uids('LZX')).toEqual(['lin']);
  expect(uids('linzhi')).toEqual(['lin']);
  expect(uids('bob')).toEqual(['bob']);
  expect(uids('鲍')).toEqual(['bob']);
  expect(uids('nobody')).toEqual([]);
  expect(store.people.membersOf('g-1', ['lin', 'stranger', 'lin']).map(({ uid }) => uid)).toEqual(['lin']);
});

test('what changes is seen at once: names, roles, presence, those who leave, a transaction taken back', () => {
  store.people.putMembers('g-1', [member('a'), member('b')]);
  store.people.putUsers([
    {
      uid: 'a',
      name: 'Anna',
      remark: '',
      username: '',
      online: false,
      lastOffline: 0,
      friend: false,
      blocked: false,
      pinned: false,
      muted: false,
      showRecallNotes: true,
    },
  ]);
  expect(uids('anna')).toEqual(['a']);
  store.people.setOnline('a', true, 0);
  expect(store.people.membersOf('g-1', ['a'])[0]?.online).toBe(true);
  store.people.putMembers('g-1', [member('b', { version: 2, role: 1 })]);
  expect(uids('')).toEqual(['b', 'a']);
  store.people.putMembers('g-1', [member('b', { version: 3, deleted: true })]);
  expect(uids('')).toEqual(['a']);
});
