/** The queue makes like calls as one where the IM server takes that, and loses, repeats or reorders none. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { type Db, openDatabase } from '../store/database.ts';
import { ImApi, ImError } from './im-api.ts';
import { ImJobs } from './im-jobs.ts';

let dir: string;
let db: Db;
let clock: number;
let jobs: ImJobs;
let calls: { path: string; body: unknown }[];
let answer: (path: string) => number;

beforeEach(() => {
  dir = tempFolder('wukong-jobs-');
  db = openDatabase(dir);
  clock = 1_000_000;
  calls = [];
  answer = () => 200;
  const im = new ImApi('http://nowhere', undefined, 1_000, async ({ path, body }) => {
    const status = answer(path);
    if (status === 0) throw new ImError(0, 'nobody there');
    if (status === 200) calls.push({ path, body: JSON.parse(body ?? '{}') });
    return { status, text: '{}' };
  });
  jobs = new ImJobs(db, im, { info: () => undefined, warn: () => undefined }, () => clock);
});
afterEach(async () => {
  await jobs.close();
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const add = (lane: string, ...bodies: number[]): void =>
  db.transaction(() => {
    for (const n of bodies) jobs.add(lane, '/message/send', { n });
  });
const many = (...bodies: number[]) => ({
  path: '/message/send_many',
  body: { calls: bodies.map((n) => ({ n })) },
});
const one = (n: number) => ({ path: '/message/send', body: { n } });

test('calls of a lane are one call; one alone stays what it was', async () => {
  add('a', 1, 2, 3);
  add('b', 4);
  await jobs.flush();
  expect(calls).toHaveLength(2);
  expect(calls).toEqual(expect.arrayContaining([many(1, 2, 3), one(4)]));
  expect(jobs.pending()).toBe(0);
});

test('another call in between keeps its place', async () => {
  add('a', 1, 2);
  jobs.add('a', '/channel/subscriber_add', { n: 3 });
  add('a', 4, 5);
  await jobs.flush();
  expect(calls).toEqual([many(1, 2), { path: '/channel/subscriber_add', body: { n: 3 } }, many(4, 5)]);
});

test('a WuKongIM that does not take many gets them one by one, and is not asked again', async () => {
  const asked: string[] = [];
  answer = (path) => {
    asked.push(path);
    return path === '/message/send_many' ? 404 : 200;
  };
  add('a', 1, 2);
  await jobs.flush();
  add('a', 3, 4);
  await jobs.flush();
  expect(calls).toEqual([1, 2, 3, 4].map(one));
  expect(asked.filter((path) => path === '/message/send_many')).toHaveLength(1);
});

test('when the server is away nothing is lost, and the order stays', async () => {
  answer = () => 0;
  add('a', 1, 2);
  await jobs.flush();
  add('a', 3);
  await jobs.flush();
  expect([calls, jobs.pending()]).toEqual([[], 3]);
  answer = () => 200;
  clock += 60_000;
  await jobs.flush();
  expect(calls).toEqual([one(1), many(2, 3)]);
  expect(jobs.pending()).toBe(0);
});

test('what is refused among many is found and given up alone', async () => {
  answer = (path) => (path === '/message/send_many' ? 400 : 200);
  add('a', 1, 2, 3);
  await jobs.flush();
  expect(calls).toEqual([1, 2, 3].map(one));
  expect(jobs.pending()).toBe(0);
});

test('what is added while the lane is under way goes with its next pass', async () => {
  add('a', 1);
  const first = jobs.flush();
  await Promise.resolve();
  add('a', 2, 3);
  await jobs.flush();
  await first;
  expect(jobs.pending()).toBe(0);
  expect(calls.flatMap(({ body }) => JSON.stringify(body).match(/\d+/g) ?? [])).toEqual(['1', '2', '3']);
});
