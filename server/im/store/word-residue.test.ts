/**
 * No word of an erased message stays in im.db or its log, whatever was written around it (shared/sqlite/page-gaps.ts).
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ERASED_WITHIN_MS, LogKeeper } from '../../../shared/sqlite/log-keeper.ts';
import { bringIn, checkpoint } from '../../../shared/sqlite/page-gaps.ts';
import { ImFixture } from '../testing/fixture.ts';
import { type Channel, ChannelStore } from './channel-store.ts';
import { type Db, openDatabase } from './database.ts';
import { MessageStore } from './message-store.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

const SEEDS = Number(process.env['RESIDUE_SEEDS'] ?? 8);
const ROUNDS = 40;
const CHANNELS = 3;
const WORD = /zq[0-9a-z]{12}/g;

let dir: string;
beforeEach(() => {
  dir = tempFolder('wukong-im-residue-');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Erased words that the files of a folder still hold. */
function left(folder: string, erased: ReadonlySet<string>): string[] {
  return readdirSync(folder).flatMap((name) =>
    [...(readFileSync(join(folder, name), 'latin1').match(WORD) ?? [])].filter((word) => erased.has(word)),
  );
}

const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const;

const nothing = (): void => undefined;

interface Said {
  id: bigint;
  channel: Channel;
  word: string;
}

/** A generated history of messages, quotes and erasures; `look` is called with what has to be gone. */
function play(
  db: Db,
  messages: MessageStore,
  seed: number,
  look: (round: number, erased: ReadonlySet<string>) => void,
): void {
  const below = randomOf(seed);
  const store = new ChannelStore(db);
  const channels = Array.from({ length: CHANNELS }, (_, n) => store.ensure(`channel-${n}`, 2));
  const live: Said[] = [];
  const passing: string[] = [];
  const erased = new Set<string>();
  let id = 1_000n;
  const add = (): void => {
    const channel = channels[below(CHANNELS)] as Channel;
    const word = `zq${Array.from({ length: 12 }, () => below(36).toString(36)).join('')}`;
    const quoted = below(5) === 0 ? live.findLast((one) => one.channel === channel) : undefined;
    const content = `${word} ${'and so on '.repeat(below(below(10) === 0 ? 900 : 40))}`;
    const payload: Record<string, unknown> = { type: 1, content };
    if (quoted)
      payload['reply'] = {
        message_id: String(quoted.id),
        payload: { type: 1, content: quoted.word },
      };
    // Deleted rows make SQLite join pages, which leaves copies of others.
    const expire = below(2);
    id += 1n;
    channel.lastSeq += 1;
    messages.insert(channel, {
      messageId: id,
      channelId: channel.channelId,
      channelType: channel.channelType,
      seq: channel.lastSeq,
      fromUid: 'someone',
      clientMsgNo: `no-${id}`,
      timestamp: 1,
      expire,
      setting: 0,
      flags: 0,
      topic: '',
      payload: Buffer.from(JSON.stringify(payload)),
    });
    if (expire === 0) live.push({ id, channel, word });
    else passing.push(word);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    db.transaction(() => {
      for (let count = below(40); count > 0; count -= 1) add();
    })();
    for (let count = below(30); count > 0 && live.length > 0; count -= 1) {
      const [one] = live.splice(below(live.length), 1) as [Said];
      messages.erase([[{ channel: one.channel, messageIds: [one.id] }]]);
      erased.add(one.word);
    }
    if (below(3) === 0) {
      messages.purgeExpired();
      for (const word of passing.splice(0)) erased.add(word);
    }
    look(round, erased);
  }
}

test('in random histories, after each checkpoint and after what is written next', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const folder = join(dir, String(seed));
    const db = openDatabase(folder);
    db.pragma('wal_autocheckpoint = 0');
    play(db, new MessageStore(db, nothing), seed, (round, erased) => {
      // In between the log begins anew: what those pages held in their unused part may not come back either.
      expect(round % 4 !== 2 || bringIn(db, 'main')).toBe(true);
      // What waits in the log for the next checkpoint is not judged here.
      if (round % 4 !== 0) return;
      expect(checkpoint(db, 'main')).toBe(true);
      expect({ seed, round, left: left(folder, erased) }).toEqual({ seed, round, left: [] });
    });
    db.close();
  }
});

test('killed after the log began anew, and started again', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const folder = join(dir, String(seed));
    const killed = join(dir, `${seed}-killed`);
    const db = openDatabase(folder);
    db.pragma('wal_autocheckpoint = 0');
    let atBegin = 0;
    let gone: ReadonlySet<string> = new Set();
    play(db, new MessageStore(db, nothing), seed, (round, erased) => {
      gone = erased;
      if (round % 9 !== 3) return;
      expect(bringIn(db, 'main')).toBe(true);
      atBegin = statSync(join(folder, 'im.db-wal')).size;
    });
    expect(atBegin).toBeGreaterThan(0);
    expect(left(folder, gone)).not.toEqual([]);
    cpSync(folder, killed, { recursive: true });
    db.close();
    const again = openDatabase(killed);
    again.pragma('wal_autocheckpoint = 0');
    expect(again.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(checkpoint(again, 'main')).toBe(true);
    expect({ seed, left: left(killed, gone) }).toEqual({ seed, left: [] });
    again.close();
  }
});

test('by itself, also when the process is killed before and started again', () => {
  vi.useFakeTimers({ toFake: [...FAKED] });
  try {
    const open = join(dir, 'open');
    const killed = join(dir, 'killed');
    const db = openDatabase(open);
    const errors: unknown[] = [];
    const keeper = new LogKeeper(db, (error) => errors.push(error));
    let gone: ReadonlySet<string> = new Set();
    play(db, new MessageStore(db, () => keeper.erased()), 99, (_round, erased) => {
      gone = erased;
    });
    expect(gone.size).toBeGreaterThan(100);
    expect(left(open, gone)).not.toEqual([]);
    cpSync(open, killed, { recursive: true });
    vi.advanceTimersByTime(ERASED_WITHIN_MS);
    expect(left(open, gone)).toEqual([]);
    keeper.close();
    const again = new LogKeeper(openDatabase(killed), (error) => errors.push(error));
    expect(left(killed, gone)).toEqual([]);
    again.close();
    expect(errors).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('while another process reads: tried again', () => {
  vi.useFakeTimers({ toFake: [...FAKED] });
  try {
    const db = openDatabase(dir);
    const keeper = new LogKeeper(db, nothing);
    const messages = new MessageStore(db, () => keeper.erased());
    const reader = openDatabase(dir);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM message').get();
    let gone: ReadonlySet<string> = new Set();
    play(db, messages, 7, (_round, erased) => {
      gone = erased;
    });
    vi.advanceTimersByTime(ERASED_WITHIN_MS);
    expect(left(dir, gone)).not.toEqual([]);
    reader.exec('COMMIT');
    vi.advanceTimersByTime(ERASED_WITHIN_MS);
    expect(left(dir, gone)).toEqual([]);
    reader.close();
    keeper.close();
  } finally {
    vi.useRealTimers();
  }
});

test('a log that becomes long is emptied although nothing was erased', () => {
  vi.useFakeTimers({ toFake: [...FAKED] });
  try {
    const db = openDatabase(dir);
    const keeper = new LogKeeper(db, nothing);
    const log = join(dir, 'im.db-wal');
    db.exec('CREATE TABLE filler (bytes BLOB)');
    const fill = db.prepare('INSERT INTO filler VALUES (zeroblob(?))');
    fill.run(1024 * 1024);
    vi.advanceTimersByTime(60_000);
    expect(statSync(log).size).toBeGreaterThan(1024 * 1024);
    for (let count = 0; count < 8; count += 1) fill.run(1024 * 1024);
    vi.advanceTimersByTime(1_000);
    expect(statSync(log).size).toBe(0);
    keeper.close();
  } finally {
    vi.useRealTimers();
  }
});

test('of a running server', async () => {
  const fixture = await ImFixture.start();
  try {
    await fixture.group('g', ['alice', 'bob']);
    const alice = await fixture.client('alice');
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, n) => alice.send('g', 2, `zq${String(n).padStart(12, '0')}`)),
    );
    const answer = await fixture.post('/message/erase', {
      channel_id: 'g',
      channel_type: 2,
      message_ids: sent.map((one) => one.messageId),
    });
    expect(answer.body).toEqual({ status: 200, data: { erased: 40 } });
    const gone = new Set(sent.map((_, n) => `zq${String(n).padStart(12, '0')}`));
    await vi.waitFor(() => expect(left(fixture.dataDir, gone)).toEqual([]), { timeout: 5_000 });
  } finally {
    await fixture.stop();
  }
});
