/** Looking for texts in stored payloads, which may be many and large. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { ChannelStore } from './channel-store.ts';
import { type Db, openDatabase } from './database.ts';
import { MessageStore } from './message-store.ts';

let dir: string;
let db: Db;
let messages: MessageStore;
beforeEach(() => {
  dir = tempFolder('wukong-im-naming-');
  db = openDatabase(dir);
  messages = new MessageStore(db, () => undefined);
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

function store(...payloads: string[]): void {
  const channel = new ChannelStore(db).ensure('channel', 2);
  for (const payload of payloads) {
    channel.lastSeq += 1;
    messages.insert(channel, {
      messageId: 1_000n + BigInt(channel.lastSeq),
      channelId: channel.channelId,
      channelType: channel.channelType,
      seq: channel.lastSeq,
      fromUid: 'someone',
      clientMsgNo: `no-${channel.lastSeq}`,
      timestamp: 1,
      expire: 0,
      setting: 0,
      flags: 0,
      topic: '',
      payload: Buffer.from(payload),
    });
  }
}

test('other work goes on between large messages', async () => {
  const count = 20;
  store(...Array.from({ length: count }, () => 'x'.repeat(300_000)), 'the last one names photo-17.png');
  let turns = 0;
  let done = false;
  const turn = (): void => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  expect(await messages.naming(0, ['photo-17.png', 'photo-18.png'])).toEqual(['photo-17.png']);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(count - 1);
});

test('nothing is found across two messages', async () => {
  store('photo', '-17.png', '', 'photo-1', '8.png photo-19.png');
  expect(await messages.naming(0, ['photo-17.png', 'photo-18.png', 'photo-19.png'])).toEqual([
    'photo-19.png',
  ]);
});
