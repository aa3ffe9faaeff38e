/** What was picked and not sent: kept with its draft over restarts, on the disk only as long as it is part of it. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import {
  conversation,
  GROUP,
  ME,
  OTHER_GROUP,
  PERSON,
  START,
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { MediaOptions } from './media-options.ts';
import { Media } from './media.ts';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d494844520000000200000001', 'hex'),
  Buffer.alloc(76, 'p'),
]);
const never = (): Promise<never> => Promise.reject(new Error('nothing is asked of a server here'));

const fixture = useFixture();
let media: Media;
let events: FromWorker[];

const start = (change: Partial<MediaOptions> = {}): void => {
  media = new Media({
    accountDir: fixture.dir,
    me: ME,
    store: fixture.store,
    api: { downloadFile: never, uploadFile: never, discardUpload: never },
    push: () => undefined,
    announce: (event) => void events.push(event),
    log: () => undefined,
    ...change,
  });
};
beforeEach(() => {
  events = [];
  start();
});
afterEach(() => media.close());

const restart = async (change: Partial<MediaOptions> = {}): Promise<void> => {
  await media.close();
  fixture.reopen();
  start(change);
};
const onDisk = (): string[] => {
  const dir = join(fixture.dir, 'outbox-media');
  return existsSync(dir) ? readdirSync(dir).sort() : [];
};
async function stage(name: string, bytes: Buffer, channel: ChannelRef): Promise<string> {
  const id = await media.staging.begin({ channel, name, size: bytes.length });
  await media.staging.append(id, 0, bytes);
  return id;
}
async function keep(
  name: string,
  bytes: Buffer = Buffer.from(name),
  channel = GROUP,
  kind: 'image' | 'file' = 'file',
): Promise<string> {
  const id = await stage(name, bytes, channel);
  const [width, height] = kind === 'image' ? [2, 1] : [0, 0];
  expect(await media.drafts.keep(channel, id, { kind, width, height })).toEqual([]);
  return id;
}
const names = (channel = GROUP): string[] => media.drafts.list(channel).map(({ name }) => name);

it('is there after a restart in its order, with an address for a picture, and a tag in the list', async () => {
  fixture.store.conversations.apply(
    [conversation({ recents: [] }), conversation({ channel: OTHER_GROUP })],
    false,
  );
  const picture = await keep('a.png', PNG, GROUP, 'image');
  const paper = await keep('b.txt');
  const half = await media.staging.begin({ channel: GROUP, name: 'half', size: 10 });
  expect(onDisk()).toEqual([picture, paper, half].sort());
  await restart();
  expect(onDisk()).toEqual([picture, paper].sort());
  expect(media.drafts.list(GROUP)).toEqual([
    {
      id: picture,
      name: 'a.png',
      size: PNG.length,
      kind: 'image',
      width: 2,
      height: 1,
      url: expect.stringMatching(/^app:\/\/wukong\/media\/[0-9a-f]{32}$/) as string,
    },
    { id: paper, name: 'b.txt', size: 5, kind: 'file', width: 0, height: 0, url: '' },
  ]);
  expect(media.drafts.list(OTHER_GROUP)).toEqual([]);
  expect(readFileSync(join(fixture.dir, 'outbox-media', picture)).equals(PNG)).toBe(true);
  const tag = (channel: ChannelRef) => fixture.store.conversations.get(channel)?.draftFiles;
  expect([tag(GROUP), tag(OTHER_GROUP)]).toEqual([['image', 'file'], undefined]);
  media.drafts.discard(paper);
  expect(tag(GROUP)).toEqual(['image']);
});

it('goes when it is removed: row, file, address', async () => {
  const picture = await keep('a.png', PNG, GROUP, 'image');
  const [listed] = media.drafts.list(GROUP);
  const token = listed?.url.replace('app://wukong/media/', '');
  media.drafts.discard(picture);
  await expect.poll(onDisk).toEqual([]);
  expect(events.at(-1)).toEqual({ kind: 'mediaTokensDead', tokens: [token] });
  expect(names()).toEqual([]);
  // Removed when the process died: the next start does it.
  const other = await keep('b.txt');
  await media.close();
  fixture.store.outbox.removeDraftFiles([other]);
  expect(onDisk()).toEqual([other]);
  fixture.reopen();
  start();
  expect(onDisk()).toEqual([]);
});

it('is replaced in its place by what was made of it; the file before goes, also when the process dies', async () => {
  const before = await keep('a.png', PNG, GROUP, 'image');
  await keep('b.txt');
  const [listed] = media.drafts.list(GROUP);
  const changed = await stage('a.png', Buffer.concat([PNG, Buffer.from('x')]), GROUP);
  const about = { kind: 'image', width: 2, height: 1 } as const;
  await expect(media.drafts.replace(OTHER_GROUP, before, changed, about)).rejects.toMatchObject({
    code: 'badArgument',
  });
  expect(await media.drafts.replace(GROUP, before, changed, about)).toEqual([]);
  expect(media.drafts.list(GROUP).map(({ id }) => id)[0]).toBe(changed);
  expect(names()).toEqual(['a.png', 'b.txt']);
  await expect.poll(onDisk).not.toContain(before);
  expect(events).toContainEqual({
    kind: 'mediaTokensDead',
    tokens: [listed?.url.replace('app://wukong/media/', '')],
  });
  // Twice, or of what is gone: nothing is changed.
  const late = await stage('a.png', PNG, GROUP);
  await expect(media.drafts.replace(GROUP, before, late, about)).rejects.toMatchObject({
    code: 'notFound',
    field: 'insteadOf',
  });
  await restart();
  expect(names()).toEqual(['a.png', 'b.txt']);
  expect(onDisk()).toHaveLength(2);
});

it('is the file of its message once that is sent, and goes with it when it is taken back', async () => {
  const picture = await keep('a.png', PNG, GROUP, 'image');
  media.drafts.list(GROUP);
  const described = media.drafts.describe(picture, GROUP, 'image');
  expect(described).toEqual({
    name: 'a.png',
    attachment: { file: picture, mime: 'image/png', size: PNG.length, extension: 'png' },
  });
  expect(media.drafts.describe(picture, OTHER_GROUP, 'image')).toBeNull();
  expect(media.drafts.describe(picture, GROUP, 'file')?.attachment.mime).toBe('');
  const [job] = fixture.store.outbox.addSends(
    [
      {
        channel: GROUP,
        clientMsgNo: 'own-1',
        payload: { type: 2, url: '' },
        timestamp: START,
        attachment: described?.attachment ?? null,
      },
    ],
    false,
  );
  media.drafts.sent(GROUP, [picture]);
  expect(events.at(-1)).toMatchObject({ kind: 'mediaTokensDead' });
  expect([names(), media.sweep(), onDisk()]).toEqual([[], 0, [picture]]);
  await restart();
  expect(onDisk()).toEqual([picture]);
  fixture.store.outbox.removeSend(job?.id ?? 0);
  await expect.poll(onDisk).toEqual([]);
});

it('gives its place to the original that is sent, and goes in the transaction that makes the job', async () => {
  const scaled = await keep('a.png', PNG, GROUP, 'image');
  const other = await keep('b.txt');
  const original = await stage('a.png', Buffer.concat([PNG, Buffer.from('place and time')]), GROUP);
  const { attachment } = await media.staging.describe(original, GROUP, 'image');
  expect(media.drafts.files(GROUP)).toEqual([scaled, other]);
  const [job] = fixture.store.outbox.addSends(
    [{ channel: GROUP, clientMsgNo: 'own-1', payload: { type: 2, url: '' }, timestamp: START, attachment }],
    false,
    [scaled],
  );
  media.staging.release(attachment);
  media.drafts.sent(GROUP, [original, scaled]);
  await expect.poll(onDisk).toEqual([original, other].sort());
  expect([names(), media.sweep()]).toEqual([['b.txt'], 0]);
  fixture.store.outbox.removeSend(job?.id ?? 0);
  await expect.poll(onDisk).toEqual([other]);
});

it('of all chats together only so much is kept: the oldest of others goes, never of the same', async () => {
  await restart({ draftLimits: { files: 3, bytes: 100 } });
  const first = await keep('first', Buffer.alloc(10, '1'), OTHER_GROUP);
  await keep('second', Buffer.alloc(10, '2'), PERSON);
  await keep('third', Buffer.alloc(10, '3'));
  const fourth = await stage('fourth', Buffer.alloc(10, '4'), GROUP);
  const about = { kind: 'file', width: 0, height: 0 } as const;
  expect(await media.drafts.keep(GROUP, fourth, about)).toEqual([OTHER_GROUP]);
  await expect.poll(onDisk).not.toContain(first);
  expect([names(OTHER_GROUP), names(PERSON), names()]).toEqual([[], ['second'], ['third', 'fourth']]);
  const large = await stage('large', Buffer.alloc(95, '5'), GROUP);
  expect(await media.drafts.keep(GROUP, large, about)).toEqual([PERSON]);
  expect(names()).toEqual(['third', 'fourth', 'large']);
});

it('no more of one chat than one message takes; what is no image, not complete or unknown is refused', async () => {
  for (let n = 0; n < 20; n += 1) await keep(`${n}`);
  const about = { kind: 'file', width: 0, height: 0 } as const;
  const late = await stage('late', Buffer.from('late'), GROUP);
  await expect(media.drafts.keep(GROUP, late, about)).rejects.toMatchObject({ code: 'invalidState' });
  const words = await stage('words.png', Buffer.from('words'), PERSON);
  const asImage = { kind: 'image', width: 1, height: 1 } as const;
  await expect(media.drafts.keep(PERSON, words, asImage)).rejects.toMatchObject({ code: 'badArgument' });
  await expect(media.drafts.keep(OTHER_GROUP, words, about)).rejects.toMatchObject({ code: 'badArgument' });
  const half = await media.staging.begin({ channel: PERSON, name: 'half', size: 10 });
  await expect(media.drafts.keep(PERSON, half, about)).rejects.toMatchObject({ code: 'invalidState' });
  await expect(media.drafts.keep(PERSON, 'f'.repeat(32), about)).rejects.toMatchObject({ code: 'notFound' });
});

it('what lost its file is no part of the draft, and the check erases files that are of none', async () => {
  const [gone, cut] = [await keep('gone'), await keep('cut')];
  rmSync(join(fixture.dir, 'outbox-media', gone));
  expect(names()).toEqual(['cut']);
  expect(() => media.drafts.describe(gone, GROUP, 'file')).toThrow(
    expect.objectContaining({ code: 'notFound' }),
  );
  media.sweep();
  expect(fixture.store.outbox.draftFiles(null).map(({ name }) => name)).toEqual(['cut']);
  // A row that went without its trigger.
  fixture.store.outbox.removeDraftFiles([cut]);
  expect(media.sweep()).toBe(1);
  expect(onDisk()).toEqual([]);
});

it('a page that begins anew leaves nothing of what the one before it was reading', async () => {
  const kept = await keep('kept');
  await stage('read and not kept', Buffer.from('x'), GROUP);
  const half = await media.staging.begin({ channel: GROUP, name: 'half', size: 10 });
  await media.staging.append(half, 0, Buffer.from('ab'));
  await media.staging.abandon();
  expect(onDisk()).toEqual([kept]);
});
