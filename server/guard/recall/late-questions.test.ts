/** How many questions one page may cost WuKongIM, and that none of them is lost. */
import { expect, test } from 'vitest';
import { ScriptedState } from '../../testing/scripted-tsdd/state.ts';
import { Metrics } from '../metrics.ts';
import { NO_COHERENCE } from '../store/coherence.ts';
import type { RecallRecord } from '../store/guard-store.ts';
import { RecallStates } from '../store/recall-states.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Announcements } from './announcements.ts';
import { LateCopies } from './late-copies.ts';

const CHATS = 100;
const MOST_QUESTIONS = 64;
const LATE = '2124791608111960064';
const quiet = { info: () => undefined, warn: () => undefined };
const now = (): number => 1_795_424_770_000;

test('an author with recalls in a hundred chats is asked about in turn, and the copy found by the next page', async () => {
  const metrics = new Metrics();
  const store = new ScriptedStore(new ScriptedState());
  const last = `g${CHATS - 1}`;
  const records = Array.from({ length: CHATS }, (_, at): RecallRecord => ({
    messageId: String(1_000 + at),
    channelId: `g${at}`,
    channelType: 2,
    messageSeq: 1,
    fromUid: 'author',
    clientMsgNo: `n${at}`,
    revoker: 'author',
    version: 1,
    guardOnly: false,
  }));
  const states = new RecallStates(store, metrics, now);
  // As another guard tells of them.
  states.recalled(records);
  const asked: string[] = [];
  const im = {
    lookup: (_me: string, channelId: string) => {
      asked.push(channelId);
      const row = {
        message_id: 0,
        message_idstr: LATE,
        message_seq: 9,
        from_uid: 'author',
        client_msg_no: `n${CHATS - 1}`,
        channel_id: last,
        channel_type: 2,
        timestamp: 1,
        payload: '',
      };
      return Promise.resolve(channelId === last ? [row] : []);
    },
    history: () => Promise.resolve([]),
    send: () => Promise.resolve(),
  };
  const announcements = new Announcements({ im, store, metrics, log: quiet, now });
  const late = new LateCopies({
    im: im as never,
    store,
    states,
    coherence: NO_COHERENCE,
    announcements,
    metrics,
    log: quiet,
    now,
  });
  const page = [{ messageId: LATE, author: 'author', channel: { channelId: 'elsewhere', channelType: 2 } }];
  expect((await late.of(page)).size).toBe(0);
  expect(asked).toHaveLength(MOST_QUESTIONS);
  expect((await late.of(page)).get(LATE)?.revoked).toBe(true);
  expect([asked.length, new Set(asked).size]).toEqual([CHATS, CHATS]);
  expect((await late.of(page)).get(LATE)?.revoked).toBe(true);
  expect(asked).toHaveLength(CHATS);
  await announcements.flush();
});
