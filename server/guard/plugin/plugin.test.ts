/** The plug-in in a scripted WuKongIM node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fields } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { ScriptedNode } from '../testing/scripted-node.ts';
import { FrameCutter, requestFrame } from './frames.ts';
import { PluginLink } from './plugin-link.ts';

const OK = 1;
const NOT_ALLOWED = 11;
const folder = mkdtempSync(join(tmpdir(), 'wk-plugin-'));
const path = join(folder, 's.sock');
let node: ScriptedNode;
let link: PluginLink;
let metrics: Metrics;
const logged: string[] = [];
const note = (event: string, fields: Fields = {}): void =>
  void logged.push(JSON.stringify({ event, ...fields }));

beforeEach(async () => {
  node = new ScriptedNode();
  await node.listen(path);
  metrics = new Metrics();
  link = new PluginLink(path, metrics, { info: note, warn: note });
  await vi.waitUntil(() => link.joined);
});
afterEach(async () => {
  link.close();
  await node.close();
  rmSync(path, { force: true });
});

test('joins with the hook it answers', () => {
  expect(String(node.info?.get(1))).toBe('wukong-desktop.guard');
  expect(String(node.info?.get(3))).toBe('Send');
});

test.each([
  ['{"type":1,"content":"hi"}'],
  ['{"type":1,"content":"hi","mention":{"all":1,"uids":["u2"]},"visibles":["u2"]}'],
  ['{"type":2,"url":"x","width":1,"height":1}'],
  [`{"type":1,"mention":{"uids":["${'x'.repeat(40)}"]}}`],
  ['{"type":20,"from_uid":"u1"}'],
  ['{"type":9989}'],
  ['{"type":1,"content":"q","reply":{"message_id":"5","payload":{"type":1,"content":"w"}}}'],
  [
    '{"type":1,"content":"/帮助","robot_id":"u_10000","entities":[{"type":"bot_command","offset":0,"length":3}]}',
  ],
  ['{"type":1,"content":"x","robot_id":"u_10000","entities":[]}'],
  ['{"type":1,"content":"x","robot_id":"another"}'],
  ['{"type":1,"content":"x","entities":[{"type":"link","offset":0,"length":1}]}'],
  ['{"type":1,"content":"x","cmd":"words"}'],
  ['{"type":1,"content":"q","reply":{"message_id":"5","payload":{"type":1,"content":"w","cmd":5}}}'],
])('passes %s as it is', async (payload) => {
  expect(await node.send(payload)).toEqual({ reason: OK, payload, status: 0 });
});

test.each([
  ['{"type":99,"cmd":"messageRevoke","param":{"message_id":"5"}}'],
  ['{"type":1006,"message_id":"5"}'],
  ['{"type":1000}'],
  ['{"type":2000,"content":"{0} 置顶了"}'],
  ['{"type":"1","content":"ends a TSDD"}'],
  ['{"type":1,"content":"ends a TSDD","cmd":5}'],
  ['{"type":1,"cmd":null}'],
  [`{"type":1,"content":"loses reminders of others","mention":{"uids":["u2","${'x'.repeat(41)}"]}}`],
  ['{"type":1,"robot_id":"u_10000","content":"ends a TSDD"}'],
  ['{"type":1,"robot_id":"u_10000","content":"/x","entities":null}'],
  ['{"type":1,"robot_id":"u_10000","content":"/x","entities":["bot_command"]}'],
  [
    '{"type":1,"robot_id":"u_10000","content":"/x","entities":[{"type":"bot_command","offset":0,"length":3}]}',
  ],
  [
    '{"type":1,"robot_id":"u_10000","content":"/x","entities":[{"type":"bot_command","offset":0,"length":-1}]}',
  ],
  [
    '{"type":1,"robot_id":"u_10000","content":"a /x","entities":[{"type":"bot_command","offset":2,"length":1}]}',
  ],
  [
    '{"type":1,"robot_id":"u_10000","content":"/x","entities":[{"type":"bot_command","offset":"0","length":1}]}',
  ],
  ['{"type":1,"robot_id":"u_10000","content":"/x","entities":[{"type":"bot_command","offset":0}]}'],
  [
    '{"type":1,"robot_id":"u_10000","content":"😀","entities":[{"type":"bot_command","offset":0,"length":2}]}',
  ],
  ['{"type":[99]}'],
  ['{"content":"no type"}'],
  ['{"type":1,"visibles":"u2"}'],
  ['{"type":1,"mention":{"all":"1"}}'],
  ['{"type":1,"mention":[]}'],
  ['{"type":1,"reply":{"message_id":5,"payload":{"type":1}}}'],
  ['{"type":1,"reply":"x"}'],
  [`{"type":1,"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
  ['[]'],
  ['null'],
  ['hello'],
  [''],
  ['\ufeff{"type":99}'],
])('refuses %.60s at the source', async (payload) => {
  expect(await node.send(payload)).toMatchObject({ reason: NOT_ALLOWED, status: 0 });
});

test('counts by fault, without the words', async () => {
  await node.send('{"type":99,"cmd":"secret words"}');
  await node.send('{"type":1,"content":"secret words"}');
  const text = await metrics.registry.metrics();
  expect(text).toContain('guard_plugin_sends_total{fault="system"} 1');
  expect(text).toContain('guard_plugin_sends_total{fault="ok"} 1');
  expect(text).toContain('guard_plugin_connected 1');
  expect(logged.join('')).not.toContain('secret words');
});

test('a packet that cannot be read is not passed, other questions are none of its own', async () => {
  expect(await node.ask('/plugin/send', Buffer.from([0xff, 0xff]))).toMatchObject({ status: 1 });
  expect(await node.ask('/plugin/route', Buffer.alloc(0))).toMatchObject({ status: 2 });
});

test('its absence is in the metrics, and it comes back by itself', async () => {
  node.drop();
  await vi.waitFor(async () =>
    expect(await metrics.registry.metrics()).toContain('guard_plugin_connected 0'),
  );
  await vi.waitFor(() => expect(link.joined).toBe(true));
  expect(await node.send('{"type":99}')).toMatchObject({ reason: NOT_ALLOWED });
});

test('what is no frame ends the connection, and a new one is made', async () => {
  node.raw(Buffer.from('GET / HTTP/1.1\r\n'));
  await vi.waitFor(() => expect(logged.some((line) => line.includes('plugin_protocol'))).toBe(true));
  await vi.waitFor(() => expect(link.joined).toBe(true));
});

test('frames are cut the same however the stream is cut', () => {
  const stream = Buffer.concat([
    requestFrame(1n, '/a', Buffer.alloc(300, 1)),
    requestFrame(2n, '/b', Buffer.alloc(3, 2)),
  ]);
  for (const size of [1, 2, 7, 64, 1000]) {
    const cutter = new FrameCutter();
    const frames = [];
    for (let at = 0; at < stream.length; at += size)
      frames.push(...cutter.push(stream.subarray(at, at + size)));
    expect(frames.map(({ body }) => body.length)).toEqual([316, 19]);
  }
});
