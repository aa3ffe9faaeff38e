/**
 * Many recalls at once on the servers as `npm run server` starts them: they share transactions, and each that was
 * answered is there after kill -9.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ServerProcess, startServers } from '../../scripts/servers.ts';
import { Peer, registerUser, type SentMessage } from '../fixtures/people/peer.ts';

const PERSON = 1;
const PASSWORD = 'at-once-password-1';
const EACH = 15;
const ARGS = ['--password-cost', '1024'];

let dir: string;
let servers: ServerProcess;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-at-once-'));
  servers = await startServers({ dataDir: dir, at: null, seed: null, extraArgs: ARGS });
});
afterEach(async () => {
  await servers.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Said extends SentMessage {
  by: Peer;
  to: string;
  word: string;
}

async function people(): Promise<Peer[]> {
  const names = ['一', '二', '三', '四'];
  return Promise.all(
    names.map(async (name, i) => {
      await registerUser(servers.api, `at-once-${i}`, PASSWORD, name);
      const peer = await Peer.signIn(servers.api, `at-once-${i}`, PASSWORD);
      await peer.connect();
      return peer;
    }),
  );
}

/** Each person writes to the next one. */
async function say(peers: readonly Peer[]): Promise<Said[]> {
  const said = peers.map(async (by, i) => {
    const to = peers[(i + 1) % peers.length]?.uid ?? '';
    const words = Array.from({ length: EACH }, (_, n) => `zqonce${i}x${n}zq`);
    return Promise.all(
      words.map(async (word) => ({ ...(await by.sendText(to, PERSON, word)), by, to, word })),
    );
  });
  return (await Promise.all(said)).flat();
}

async function revoked(by: Peer, to: string): Promise<Set<string>> {
  const { messages } = await by.call<{ messages: { message_idstr: string; revoke?: number }[] }>(
    'POST',
    'message/channel/sync',
    {
      channel_id: to,
      channel_type: PERSON,
      start_message_seq: 0,
      end_message_seq: 0,
      limit: 100,
      pull_mode: 0,
    },
  );
  return new Set(messages.flatMap((row) => (row.revoke === 1 ? [row.message_idstr] : [])));
}

/** Words that stand in a file of the servers. */
function onDisk(words: readonly string[]): string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return words.filter((word) => files.some((file) => file.includes(word)));
}

it('each is answered on its own: a refused one among them changes nothing for the others', async () => {
  const peers = await people();
  const said = await say(peers);
  const answers = await Promise.allSettled(
    said.map(({ by, to, ...message }, i) =>
      // Every fifth is asked for by the one who received it.
      i % 5 === 0
        ? (peers.find(({ uid }) => uid === to) as Peer).revoke(by.uid, PERSON, message)
        : by.revoke(to, PERSON, message),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(
    said.map((_, i) => (i % 5 === 0 ? 'rejected' : 'fulfilled')),
  );
  const recalled = said.filter((_, i) => i % 5 !== 0);
  for (const by of peers) {
    const mine = recalled.filter((each) => each.by === by);
    expect(await revoked(by, mine[0]?.to ?? '')).toEqual(new Set(mine.map(({ messageId }) => messageId)));
  }
  // Each has its own CMD, delivered once.
  for (const peer of peers) {
    const announced = (): string[] =>
      peer.received.flatMap(({ payload }) => {
        const param = payload['param'] as { message_id?: string } | undefined;
        return payload['cmd'] === 'messageRevoke' ? [param?.message_id ?? ''] : [];
      });
    const toPeer = recalled.filter(({ to }) => to === peer.uid).map(({ messageId }) => messageId);
    await vi.waitFor(() => expect(announced()).toEqual(expect.arrayContaining(toPeer)));
    expect(new Set(announced()).size).toBe(announced().length);
  }
  const words = recalled.map(({ word }) => word);
  await vi.waitFor(() => expect(onDisk(words)).toEqual([]), { timeout: 5_000 });
  expect(onDisk(said.filter((_, i) => i % 5 === 0).map(({ word }) => word))).toHaveLength(said.length / 5);
  for (const peer of peers) peer.close();
}, 60_000);

it('what was answered before kill -9 is recalled and erased afterwards, all of it', async () => {
  const peers = await people();
  const said = await say(peers);
  const answered: Said[] = [];
  const enough = new Promise<void>((resolve) => {
    const recall = async (each: Said): Promise<void> => {
      await each.by.revoke(each.to, PERSON, each);
      answered.push(each);
      if (answered.length >= 5) resolve();
    };
    // The kill ends the connection of those that wait.
    for (const each of said) recall(each).catch(() => undefined);
  });
  await enough;
  await servers.kill();
  const before = [...answered];
  for (const peer of peers) peer.close();
  servers = await startServers({ dataDir: dir, at: null, seed: null, extraArgs: ARGS });
  const back = await Promise.all(peers.map((_, i) => Peer.signIn(servers.api, `at-once-${i}`, PASSWORD)));
  for (const [i, by] of back.entries()) {
    const mine = before.filter((each) => each.by === peers[i]);
    const ids = await revoked(by, peers[(i + 1) % peers.length]?.uid ?? '');
    expect([...ids]).toEqual(expect.arrayContaining(mine.map(({ messageId }) => messageId)));
  }
  await vi.waitFor(() => expect(onDisk(before.map(({ word }) => word))).toEqual([]), { timeout: 5_000 });
}, 60_000);
