/**
 * A short flood through a real connection and a real store with a page that hangs: what lies between socket and page
 * stays bounded and nothing is lost. And many clients that come back at the same moment. Counts, never times.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ROWS_PER_BATCH } from '../../electron/core/publisher/list-deltas.ts';
import { CROWD_ABOVE, RELOAD_ABOVE } from '../../electron/core/publisher/publisher.ts';
import { ImFixture } from '../../server/im/testing/fixture.ts';
import { TestClient } from '../../server/im/testing/test-client.ts';
import type { Bootstrap } from '../../shared/ipc/contract/session.ts';
import { CoreRig } from '../fuzz/core-rig.ts';

/** Only a machine with a lot else to do needs so long. */
const LATE_MS = 90_000;
const MESSAGES = 5_000;
const SLICE = 50;
const CHATS = 60;
const STORM = 80;
const ACTIVE = 500;
const ROUNDS = 4;

describe('5,000 messages into 60 chats', () => {
  let rig: CoreRig | null = null;
  afterEach(() => rig?.stop());

  it(
    'are all stored and acknowledged, while few batches of deltas are on their way to a page that hangs',
    { timeout: LATE_MS },
    async () => {
      rig = await CoreRig.start();
      const { peer } = rig.im;
      await rig.takeDeltas();
      const before = rig.batches;
      const known = peer.of('recvack').length;
      const seqs = new Map<string, number>();
      for (let sent = 0; sent < MESSAGES;) {
        const frames: Uint8Array[] = [];
        for (const end = sent + SLICE; sent < end; sent += 1) {
          const chat = `chat-${sent % CHATS}`;
          const messageSeq = (seqs.get(chat) ?? 0) + 1;
          seqs.set(chat, messageSeq);
          const payload = { type: 1, content: `m${sent}` };
          frames.push(rig.recv({ fromUid: chat, channelId: chat, messageSeq, payload }));
        }
        rig.write(Buffer.concat(frames));
        await rig.until('its RECVACKs', () => peer.of('recvack').length >= known + sent);
      }
      // Two on their way, and what a page that hangs gets after ever longer times; without bounds it would be one per
      // frame.
      expect(rig.batches - before).toBeLessThanOrEqual(8);
      rig.takesAtOnce = true;
      await rig.takeDeltas();
      const { newest } = rig;
      await rig.until('the list', () => [...seqs].every(([chat, seq]) => newest.get(chat) === seq));
      // Candidates for notifications: a burst, then ten a second.
      expect(rig.notifications).toBeLessThan(MESSAGES / 10);
      await rig.checkWell();
    },
  );
});

describe('500 chats active at once', () => {
  let rig: CoreRig | null = null;
  afterEach(() => rig?.stop());

  it(
    'reach the page in small batches, each row and the open chat as they are in the end',
    { timeout: LATE_MS },
    async () => {
      rig = await CoreRig.start();
      rig.takesAtOnce = true;
      await rig.takeDeltas();
      const { peer } = rig.im;
      const names = Array.from({ length: ACTIVE }, (_, n) => `active-${n}`);
      const open = { channelId: names[0] ?? '', channelType: 1 };
      await rig.ask('channels.open', { channel: open });
      const known = peer.of('recvack').length;
      for (let seq = 1; seq <= ROUNDS; seq += 1) {
        const frames = names.map((chat) =>
          Buffer.from(
            rig?.recv({
              fromUid: chat,
              channelId: chat,
              messageSeq: seq,
              payload: { type: 1, content: `${chat}: ${seq}` },
            }) ?? [],
          ),
        );
        rig.write(Buffer.concat(frames));
        await rig.until('its RECVACKs', () => peer.of('recvack').length >= known + seq * ACTIVE);
      }
      const { newest, shown } = rig;
      await rig.until('every row of the list', () => names.every((chat) => newest.get(chat) === ROUNDS));
      // Each is one task of the page: none may grow with the number of chats.
      expect(rig.mostRows).toBeLessThanOrEqual(ROWS_PER_BATCH + 1);
      expect(rig.mostMessages).toBeLessThanOrEqual(CROWD_ABOVE + RELOAD_ABOVE);
      expect(shown.filter((text) => text.startsWith(`${open.channelId}:`))).toEqual(
        Array.from({ length: ROUNDS }, (_, n) => `${open.channelId}: ${n + 1}`),
      );
      const bootstrap = await rig.ask('core.bootstrap', undefined);
      const rows = bootstrap.ok ? (bootstrap.value as Bootstrap).conversations : [];
      const unread = new Map(rows.map((row) => [row.channel.channelId, row.unread]));
      expect(names.filter((chat) => unread.get(chat) !== ROUNDS)).toEqual([]);
      expect(
        rows
          .filter(({ preview }) => preview.text.startsWith('active-'))
          .map((row) => row.preview.text)
          .sort(),
      ).toEqual(names.map((chat) => `${chat}: ${ROUNDS}`).sort());
      await rig.checkWell();
    },
  );
});

describe('80 clients that were cut off together', () => {
  let fixture: ImFixture | null = null;
  afterEach(() => fixture?.stop());

  it('are all back, and each gets its message once', { timeout: LATE_MS }, async () => {
    fixture = await ImFixture.start();
    const { server } = fixture;
    const uids = Array.from({ length: STORM }, (_, i) => `storm-${i}`);
    for (const uid of uids) await fixture.post('/user/token', { uid, token: uid, device_flag: 2 });
    const connect = (uid: string): Promise<TestClient> =>
      TestClient.connect(server.tcp, { uid, token: uid, deviceId: uid });
    const before = await Promise.all(uids.map(connect));
    for (const client of before) client.close();
    const after = await Promise.all(uids.map(connect));
    await Promise.all(
      after.map((client, i) => client.send(`storm-${(i + 1) % STORM}`, 1, `to ${(i + 1) % STORM}`)),
    );
    const got = await Promise.all(after.map(async (client) => (await client.recv()).text));
    expect(got).toEqual(uids.map((_, i) => `to ${i}`));
    for (const client of after) await client.settle();
    expect(after.filter((client) => client.received.some(({ type }) => type === 'recv'))).toEqual([]);
    for (const client of after) client.close();
  });
});
