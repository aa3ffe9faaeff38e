/**
 * Copying, saving, opening and showing the file of a message. The page names the message; no path comes from it or
 * goes to it.
 */
import { randomBytes } from 'node:crypto';
import { errorCode } from '../../../shared/errors.ts';
import { copyFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { app, clipboard, ClipboardItem, shell } from 'electron';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { MediaPath } from '../../../shared/ipc/worker-protocol.ts';
import type { MediaSource } from './media-source.ts';
import { MediaDrag } from './media-drag.ts';
import { requirePng } from './drawn-pictures.ts';
import { askWhereTo } from './file-dialog.ts';
import { markAsReceived } from '../../core/media/received-mark.ts';

export class MediaActions {
  readonly drag: MediaDrag;
  readonly #options: MediaSource;
  /** Where this session saved the file of a message. */
  readonly #saved = new Map<string, string>();

  constructor(options: MediaSource) {
    this.#options = options;
    this.drag = new MediaDrag(options);
  }

  /** An account is closed, or all of them are: what was saved is the user's own now. */
  forget(account?: string): void {
    const prefix = account === undefined ? '' : `${account}\n`;
    for (const id of this.#saved.keys()) if (id.startsWith(prefix)) this.#saved.delete(id);
  }

  /** `account`: whose message it is; another one may be on the screen before this ends. */
  async save(channel: ChannelRef, key: string, account: string | null = null): Promise<{ saved: boolean }> {
    const { window } = this.#options;
    const file = (): Promise<MediaPath> => this.#options.file(channel, key, 'save', account);
    const { name } = await file();
    const filePath = await askWhereTo(window(), { defaultPath: join(app.getPath('downloads'), name) });
    if (filePath === null) return { saved: false };
    // The message may have been recalled while the dialog was open.
    const { path } = await file();
    const draft = join(dirname(filePath), `.${randomBytes(8).toString('hex')}.part`);
    try {
      await copyFile(path, draft);
      // Before it gets its name: under that it is never without.
      await markAsReceived(draft);
      await file();
      await rename(draft, filePath);
    } catch (error) {
      await rm(draft, { force: true });
      if (error instanceof CodedError) throw error;
      throw new CodedError('refused', `not saved: ${codeOf(error)}`);
    }
    this.#saved.set(idOf(account, channel, key), filePath);
    return { saved: true };
  }

  async open(channel: ChannelRef, key: string, account: string | null = null): Promise<null> {
    const { path } = await this.#options.file(channel, key, 'open', account);
    await markAsReceived(path);
    const problem = await shell.openPath(path);
    if (problem !== '') throw new CodedError('refused', 'no program of this computer opens this file');
    return null;
  }

  /** `bytes`: the picture as the page has drawn it. The message is asked for last: until then it may be recalled. */
  async copyImage(
    channel: ChannelRef,
    key: string,
    bytes: Uint8Array,
    account: string | null = null,
  ): Promise<null> {
    await requirePng(bytes);
    const item = new ClipboardItem({ 'image/png': new Blob([Buffer.from(bytes)], { type: 'image/png' }) });
    await this.#options.file(channel, key, 'save', account);
    await clipboard.write([item]);
    return null;
  }

  async show(channel: ChannelRef, key: string, account: string | null = null): Promise<null> {
    const path = this.#saved.get(idOf(account, channel, key));
    const there = path !== undefined && (await stat(path).catch(() => null)) !== null;
    if (!there) throw new CodedError('notFound', 'this file was not saved, or it was moved since');
    shell.showItemInFolder(path);
    return null;
  }
}

const idOf = (account: string | null, channel: ChannelRef, key: string): string =>
  `${account ?? ''}\n${channelKey(channel)}\n${key}`;
const codeOf = (error: unknown): string => errorCode(error) || 'unknown error';
