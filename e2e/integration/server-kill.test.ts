/**
 * `kill -9` of the embedded servers (one process, as `npm run server`) under load: raw clients with several SENDs in
 * flight each, and recalls over HTTP. What was acknowledged before is there afterwards, whatever the moment.
 */
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { TestClient } from '../../server/im/testing/test-client.ts';
import { Peer } from '../fixtures/people/peer.ts';
import { createWorld, PASSWORD, type World } from '../fixtures/people/world.ts';
import { startServers, type ServerProcess } from '../../scripts/servers.ts';
import { freeAddresses } from '../fixtures/app/servers.ts';
import { createRandom } from '../soak/schedule.ts';
import { readServer, type WatchedChannel } from '../soak/server-view.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';

const SEED = 20;
const KILLS = 10;
/** A round ends after one answered recall and at most this many acknowledgements. */
const ROUND_ACKS = 80;
/** … and up to this much later. */
const LATER_MS = 15;
const IN_FLIGHT = 6;
/** Every so many acknowledged messages one is recalled. */
const RECALL_EVERY = 8;
const ARGS = ['--revoke-second', '-1', '--store-repeats', '--password-cost', '1024'];

interface Acknowledged {
  channel: string;
  messageId: string;
  messageSeq: number;
  clientMsgNo: string;
  text: string;
  recalled: boolean;
}

let dir: string;
let servers: ServerProcess;
let world: World;
let alice: Peer;
let bob: Peer;
let carol: Peer;
let channels: WatchedChannel[];

beforeAll(async () => {
  dir = tempFolder('wk-server-kill-');
  servers = await startServers({ dataDir: dir, at: await freeAddresses(), seed: null, extraArgs: ARGS });
  world = await createWorld(servers.api);
  const signIn = (username: string): Promise<Peer> => Peer.signIn(servers.api, username, PASSWORD);
  [alice, bob, carol] = [
    await signIn(world.alice.username),
    await signIn(world.bob.username),
    await signIn(world.carol.username),
  ];
  const { channelId, channelType } = world.group;
  channels = [
    { channel: 'group', peer: alice, channelId, channelType },
    { channel: 'person', peer: alice, channelId: bob.uid, channelType: 1 },
  ];
}, 60_000);
afterAll(async () => {
  await servers.kill();
  rmSync(dir, { recursive: true, force: true });
});

/** Keeps SENDs in flight until the connection ends; notes what was acknowledged. */
async function keepSending(
  peer: Peer,
  place: { channel: string; channelId: string; channelType: number },
  round: number,
  note: (message: Acknowledged) => void,
): Promise<void> {
  const client = await TestClient.connect(servers.im.tcp, { uid: peer.uid, token: peer.token });
  client.autoAck = true;
  let count = 0;
  const one = async (): Promise<void> => {
    for (;;) {
      count += 1;
      const text = `kill${round}-${peer.uid.slice(0, 6)}-${place.channel}-${count}-gesagt`;
      const packet = client.sendPacket(
        place.channelId,
        place.channelType,
        JSON.stringify({ type: 1, content: text }),
      );
      client.packet(packet);
      const ack = await client.take('sendack', ({ clientSeq }) => clientSeq === packet.clientSeq);
      expect(ack.reasonCode).toBe(1);
      note({
        channel: place.channel,
        messageId: String(ack.messageId),
        messageSeq: ack.messageSeq,
        clientMsgNo: packet.clientMsgNo,
        text,
        recalled: false,
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, one));
  for (const end of ends) {
    expect(end).toMatchObject({
      reason: { message: expect.stringContaining('connection closed') as string },
    });
  }
}

it(`${KILLS} kills: nothing acknowledged is lost, no seq is used twice or left out, no recall undone`, async () => {
  const random = createRandom(SEED);
  const said: Acknowledged[] = [];
  let answered = 0;
  const killed = new Set<string>();
  for (let round = 1; round <= KILLS; round += 1) {
    const enough = Promise.withResolvers<void>();
    const wanted = said.length + 5 + Math.floor(random() * ROUND_ACKS);
    const wantedRecalls = answered + 1;
    const look = (): void => {
      if (said.length >= wanted && answered >= wantedRecalls) enough.resolve();
    };
    const recalls: Promise<void>[] = [];
    const recall = async (
      author: Peer,
      place: { channelId: string; channelType: number },
      one: Acknowledged,
    ) => {
      try {
        await author.revoke(place.channelId, place.channelType, one);
      } catch (error) {
        // Died under it, or too many a second: whether it is recalled is open.
        killed.add(one.messageId);
        if (error instanceof Error && /: 4\d\d /.test(error.message) && !error.message.includes(': 429 '))
          throw error;
        return;
      }
      one.recalled = true;
      answered += 1;
      look();
    };
    const noteFor = (author: Peer, place: { channelId: string; channelType: number }) => {
      let count = 0;
      return (one: Acknowledged): void => {
        said.push(one);
        look();
        count += 1;
        if (count % RECALL_EVERY === 1) recalls.push(recall(author, place, one));
      };
    };
    const group = { channel: 'group', ...world.group };
    const toBob = { channel: 'person', channelId: bob.uid, channelType: 1 };
    const toAlice = { channel: 'person', channelId: alice.uid, channelType: 1 };
    const load = Promise.all([
      keepSending(alice, toBob, round, noteFor(alice, toBob)),
      keepSending(bob, toAlice, round, noteFor(bob, toAlice)),
      keepSending(carol, group, round, noteFor(carol, group)),
    ]);
    await Promise.race([enough.promise, load]);
    await delay(random() * LATER_MS);
    await servers.kill();
    await load;
    await Promise.all(recalls);
    servers = await startServers({ dataDir: dir, at: servers, seed: null, extraArgs: ARGS });

    const rows = await readServer(channels, new Map());
    const byId = new Map(rows.map((row) => [row.messageId, row]));
    expect(byId.size).toBe(rows.length);
    for (const { channel } of channels) {
      const seqs = rows.filter((row) => row.channel === channel).map((row) => row.messageSeq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
    const wrong = said.filter((one) => {
      const row = byId.get(one.messageId);
      if (!row) return true;
      const { channel, messageSeq, clientMsgNo, recalled } = one;
      const isSame =
        row.channel === channel && row.messageSeq === messageSeq && row.clientMsgNo === clientMsgNo;
      const isOpen = !recalled && killed.has(one.messageId);
      const isRight = row.recalled
        ? (recalled || isOpen) && row.text === ''
        : !recalled && row.text === one.text;
      return !isSame || !isRight;
    });
    expect(wrong).toEqual([]);
  }
  expect(said.length).toBeGreaterThan(KILLS * 5);
  expect(answered).toBeGreaterThanOrEqual(KILLS);

  // What an answered recall still owed when the process died is made up for: every member gets the recall, the words
  // are erased.
  const done = said.filter((one) => one.recalled);
  await vi.waitFor(
    async () => {
      const told = await toldOf(bob);
      expect(done.filter((one) => one.channel === 'group' && !told.has(one.messageId))).toEqual([]);
    },
    { timeout: 20_000, interval: 200 },
  );
  await vi.waitFor(
    () => {
      const sample = done.filter((_, index) => index % Math.ceil(done.length / 40) === 0);
      expect(
        scanForResidue(
          [dir],
          sample.map((one) => one.text),
        ).map((hit) => hit.path),
      ).toEqual([]);
    },
    { timeout: 20_000, interval: 200 },
  );
}, 240_000);

/** Ids of the messages whose recall the server reports to this person, as to a device that was away asks. */
async function toldOf(person: Peer): Promise<Set<string>> {
  const rows = await person.call<{ payload?: { cmd?: string; param?: { message_id?: string } } }[]>(
    'POST',
    'message/sync',
    { max_message_seq: 0, limit: 10_000 },
  );
  return new Set(
    rows.flatMap(({ payload }) =>
      payload?.cmd === 'messageRevoke' ? (payload.param?.message_id ?? []) : [],
    ),
  );
}
