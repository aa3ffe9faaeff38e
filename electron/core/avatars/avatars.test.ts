import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { AvatarView } from '../../../shared/ipc/contract/avatars.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { TransferError } from '../api/file-transfer.ts';
import { AVATAR_FOLDER, AvatarFiles } from './avatar-files.ts';
import { Avatars, FRESH_FOR_MS, MISSING_FOR_MS } from './avatars.ts';

const person = (uid: string): ChannelRef => ({ channelId: uid, channelType: ChannelType.person });
const group = (no: string): ChannelRef => ({ channelId: no, channelType: ChannelType.group });

/** A PNG's signature and header: what is looked at before anything is decoded. */
function png(width: number, height: number, salt = 0): Buffer {
  const bytes = Buffer.alloc(64, salt);
  bytes.write('\u0089PNG\r\n\u001a\n', 0, 'latin1');
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12, 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.set([8, 6, 0, 0, 0], 24);
  bytes.writeUInt32BE(0, 33);
  bytes.write('IDAT', 37, 'latin1');
  return bytes;
}

type Answer = Buffer | 'missing' | 'network';

class Rig {
  readonly dir = tempFolder('avatars');
  readonly asked: string[] = [];
  readonly pushed: AvatarView[] = [];
  readonly tokens = new Map<string, string>();
  readonly answers = new Map<string, Answer>();
  nowMs = Date.now();
  readOnly = false;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  avatars = this.open();

  open(maxBytes?: number): Avatars {
    return new Avatars({
      accountDir: this.dir,
      api: {
        downloadFile: async ({ url, signal }) => {
          this.asked.push(url.replace(/\?v=\d+$/, ''));
          await this.gate;
          signal.throwIfAborted();
          const answer = this.answers.get(url.replace(/\?v=\d+$/, '')) ?? 'missing';
          if (typeof answer === 'string') throw new TransferError(answer, answer);
          return {
            start: 0,
            totalBytes: answer.length,
            inParts: false,
            validator: null,
            body: (async function* () {
              yield await Promise.resolve(answer);
            })(),
          };
        },
      },
      announce: (event) => {
        if (event.kind === 'mediaToken') this.tokens.set(event.token, event.path);
        else for (const token of event.tokens) this.tokens.delete(token);
      },
      push: (views) => this.pushed.push(...views),
      readOnly: () => this.readOnly,
      log: () => undefined,
      now: () => this.nowMs,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
  }

  async urlOf(channel: ChannelRef): Promise<string> {
    const [view] = await this.avatars.get([channel]);
    return view?.url ?? '';
  }

  pushedOf(channel: ChannelRef): string | undefined {
    return this.pushed.findLast((view) => channelKey(view.channel) === channelKey(channel))?.url;
  }

  async reopen(maxBytes?: number): Promise<void> {
    await this.avatars.close();
    this.avatars = this.open(maxBytes);
  }

  files(): string[] {
    return existsSync(join(this.dir, AVATAR_FOLDER)) ? readdirSync(join(this.dir, AVATAR_FOLDER)) : [];
  }
}

const rigs: Rig[] = [];
const makeRig = (): Rig => {
  const rig = new Rig();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) {
    await rig.avatars.close();
    rmSync(rig.dir, { recursive: true, force: true });
  }
});
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('pictures of people and groups', () => {
  test('are asked for at the server once, shown by app://, and here at once after a restart', async () => {
    const rig = makeRig();
    rig.answers.set('users/a%2Fb/avatar', png(64, 64));
    rig.answers.set('groups/g1/avatar', png(32, 32));
    const both = [person('a/b'), group('g1')];
    expect(await rig.avatars.get(both)).toEqual(both.map((channel) => ({ channel, url: '' })));
    await rig.avatars.get(both);
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(2));
    expect(rig.asked.toSorted()).toEqual(['groups/g1/avatar', 'users/a%2Fb/avatar']);
    const url = rig.pushedOf(person('a/b')) ?? '';
    expect(url).toMatch(/^app:\/\/wukong\/media\/[0-9a-f]{32}$/);
    expect(await rig.urlOf(person('a/b'))).toBe(url);
    expect(rig.tokens.get(url.split('/').at(-1) ?? '')).toContain(join(rig.dir, AVATAR_FOLDER));
    await rig.reopen();
    expect(rig.tokens.size).toBe(0);
    expect(await rig.urlOf(person('a/b'))).toMatch(/^app:/);
    expect(rig.asked).toHaveLength(2);
  });

  test('what is none (404, a page, a drawing, a picture too large to decode) is a tile, and is asked for again after an hour', async () => {
    const rig = makeRig();
    const odd: Record<string, Answer> = {
      none: 'missing',
      page: Buffer.from('<!doctype html><script>alert(1)</script>'),
      svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      bomb: png(60_000, 60_000),
      wide: png(16_000, 2_000),
      cut: Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    };
    const channels = Object.keys(odd).map(person);
    for (const [uid, answer] of Object.entries(odd)) rig.answers.set(`users/${uid}/avatar`, answer);
    await rig.avatars.get(channels);
    await vi.waitFor(() => expect(rig.asked).toHaveLength(channels.length));
    await vi.waitFor(() => expect(rig.files()).toEqual([]));
    await quiet();
    expect((await rig.avatars.get(channels)).map(({ url }) => url)).toEqual(channels.map(() => ''));
    expect(rig.tokens.size).toBe(0);
    expect(rig.asked).toHaveLength(channels.length);
    rig.nowMs += MISSING_FOR_MS + 1;
    rig.answers.set('users/none/avatar', png(10, 10));
    await rig.avatars.get(channels);
    await vi.waitFor(() => expect(rig.pushedOf(person('none'))).toMatch(/^app:/));
  });

  test('a change is read again where it was looked at, and the former address dies', async () => {
    const rig = makeRig();
    rig.answers.set('users/a/avatar', png(64, 64, 1));
    await rig.urlOf(person('a'));
    await vi.waitFor(() => expect(rig.pushedOf(person('a'))).toMatch(/^app:/));
    const before = rig.pushedOf(person('a')) ?? '';
    rig.avatars.changed(person('never seen'));
    rig.avatars.changed(person('a'));
    await quiet();
    // The same picture: nothing moves.
    expect(rig.pushedOf(person('a'))).toBe(before);
    rig.answers.set('users/a/avatar', png(64, 64, 2));
    rig.avatars.changed(person('a'));
    await vi.waitFor(() => expect(rig.pushedOf(person('a'))).not.toBe(before));
    expect([...rig.tokens]).toHaveLength(1);
    expect(rig.files()).toHaveLength(1);
    expect(rig.asked).not.toContain('users/never%20seen/avatar');
    // Taken away.
    rig.answers.set('users/a/avatar', 'missing');
    rig.avatars.changed(person('a'));
    await vi.waitFor(() => expect(rig.pushedOf(person('a'))).toBe(''));
    expect(rig.files()).toEqual([]);
    expect(rig.tokens.size).toBe(0);
    // And there again: the tile was asked for before, so the news counts within the hour.
    rig.answers.set('users/a/avatar', png(64, 64, 3));
    rig.avatars.changed(person('a'));
    await vi.waitFor(() => expect(rig.pushedOf(person('a'))).toMatch(/^app:/));
  });

  test('a change while it is on its way is not lost', async () => {
    const rig = makeRig();
    const gate = Promise.withResolvers<void>();
    rig.gate = gate.promise;
    rig.answers.set('users/a/avatar', png(64, 64, 1));
    await rig.urlOf(person('a'));
    rig.avatars.changed(person('a'));
    gate.resolve();
    await vi.waitFor(() => expect(rig.asked).toHaveLength(2));
  });

  test('without a network it is asked for again when there is one', async () => {
    const rig = makeRig();
    rig.answers.set('users/a/avatar', 'network');
    await rig.urlOf(person('a'));
    await vi.waitFor(() => expect(rig.asked).toHaveLength(1));
    await quiet();
    await rig.urlOf(person('a'));
    expect(rig.asked).toHaveLength(1);
    rig.answers.set('users/a/avatar', png(8, 8));
    rig.avatars.connected();
    await vi.waitFor(() => expect(rig.pushedOf(person('a'))).toMatch(/^app:/));
  });

  test('one that a server in trouble did not send comes by itself, and all others after it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const rig = makeRig();
      const people = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const uid of people) rig.answers.set(`users/${uid}/avatar`, 'network');
      await rig.avatars.get(people.map(person));
      await vi.waitFor(() => expect(rig.asked).toHaveLength(people.length));
      // One at a time while nothing comes: after 1 s, 2 s and 4 s.
      for (const [seconds, questions] of [
        [0.9, 0],
        [0.2, 1],
        [1.8, 1],
        [0.3, 2],
        [3.6, 2],
        [0.5, 3],
      ] as const) {
        await vi.advanceTimersByTimeAsync(seconds * 1_000);
        expect(rig.asked).toHaveLength(people.length + questions);
      }
      for (const uid of people) rig.answers.set(`users/${uid}/avatar`, png(8, 8));
      await vi.advanceTimersByTimeAsync(8_000);
      await vi.waitFor(() => {
        for (const uid of people) expect(rig.pushedOf(person(uid))).toMatch(/^app:/);
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test('one that never comes is left alone after a few tries, until the next connection', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const rig = makeRig();
      rig.answers.set('users/a/avatar', 'network');
      await rig.urlOf(person('a'));
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(rig.asked).toHaveLength(6);
      rig.avatars.connected();
      await vi.waitFor(() => expect(rig.asked).toHaveLength(7));
    } finally {
      vi.useRealTimers();
    }
  });

  test('what is here is shown at once and asked for again after a while', async () => {
    const rig = makeRig();
    rig.answers.set('users/a/avatar', png(8, 8, 1));
    await rig.urlOf(person('a'));
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(1));
    rig.answers.set('users/a/avatar', png(8, 8, 2));
    rig.nowMs += FRESH_FOR_MS + 60_000;
    expect(await rig.urlOf(person('a'))).toBe(rig.pushed[0]?.url);
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(2));
    // It was asked for by a clock that was a year ahead, and is right again.
    rig.answers.set('users/a/avatar', png(8, 8, 3));
    rig.nowMs -= 365 * 86_400_000;
    await rig.urlOf(person('a'));
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(3));
  });

  test('at most four are on their way, the newest first; thousands that were scrolled past are dropped', async () => {
    const rig = makeRig();
    const gate = Promise.withResolvers<void>();
    rig.gate = gate.promise;
    const many = Array.from({ length: 2_000 }, (_, index) => person(`p${index}`));
    for (const channel of many) await rig.avatars.get([channel]);
    expect(rig.asked).toHaveLength(4);
    gate.resolve();
    await vi.waitFor(() => expect(rig.asked).toHaveLength(304));
    await quiet();
    expect(rig.asked).toHaveLength(304);
    expect(rig.asked[4]).toBe('users/p1999/avatar');
  });

  test('the folder is bounded, what was not looked at for the longest time goes; strays of a run that died go', async () => {
    const rig = makeRig();
    const files = new AvatarFiles(rig.dir, 64 * 3);
    for (const uid of ['a', 'b', 'c']) await files.keep(person(uid), png(8, 8, uid.charCodeAt(0)));
    files.get(person('a'));
    await files.keep(person('d'), png(8, 8, 9));
    expect(['a', 'b', 'c', 'd'].map((uid) => files.get(person(uid)) !== null)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(files.usage).toEqual({ files: 3, bytes: 64 * 3 });
    const folder = join(rig.dir, AVATAR_FOLDER);
    writeFileSync(join(folder, 'half.part'), 'x');
    writeFileSync(join(folder, `${'0'.repeat(32)}-${'0'.repeat(16)}.part`), 'x');
    await rig.reopen(64 * 2);
    expect(rig.files()).toHaveLength(2);
    expect(rig.avatars.usage).toEqual({ files: 2, bytes: 64 * 2 });
  });

  test('emptying the cache takes pictures and addresses; a closed account answers nothing', async () => {
    const rig = makeRig();
    rig.answers.set('users/a/avatar', png(8, 8));
    await rig.urlOf(person('a'));
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(1));
    expect(rig.avatars.clear()).toEqual({ files: 1, bytes: 64 });
    expect(rig.files()).toEqual([]);
    expect(rig.tokens.size).toBe(0);
    expect(rig.pushedOf(person('a'))).toBe('');
    await rig.urlOf(person('a'));
    await rig.avatars.close();
    expect(rig.tokens.size).toBe(0);
  });

  test('a notification is given the file that is here, if it is not long to decode; none is asked for', async () => {
    const rig = makeRig();
    expect(rig.avatars.pathOf(person('a'))).toBeNull();
    expect(rig.asked).toEqual([]);
    rig.answers.set('users/a/avatar', png(8, 8));
    rig.answers.set('users/b/avatar', Buffer.concat([png(8, 8), Buffer.alloc(1024 * 1024)]));
    await rig.avatars.get([person('a'), person('b')]);
    await vi.waitFor(() => expect(rig.pushed).toHaveLength(2));
    expect(rig.avatars.pathOf(person('a'))).toContain(join(rig.dir, AVATAR_FOLDER));
    expect(rig.avatars.pathOf(person('b'))).toBeNull();
  });
});
