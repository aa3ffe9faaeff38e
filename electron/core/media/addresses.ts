/**
 * The addresses that the page may show now (docs/media.md): random, one per message, void as soon as the message is.
 */
import { randomBytes } from 'node:crypto';
import type { MediaPart } from '../store/tables/media-table.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { transferId } from './transfers.ts';

/** For the main thread, which answers the addresses. */
export type TokenEvent = Extract<FromWorker, { kind: 'mediaToken' | 'mediaTokensDead' }>;

export class Addresses {
  readonly #announce: (event: TokenEvent) => void;
  /** By message and part. */
  readonly #live = new Map<string, { token: string; file: string; message: string }>();

  constructor(announce: (event: TokenEvent) => void) {
    this.#announce = announce;
  }

  /** The address of a message's file, the same each time. `path`: where the file with the name `file` lies now. */
  give(
    channel: ChannelRef,
    key: string,
    {
      file,
      path,
      mime,
      part = 'file',
      size,
    }: {
      file: string;
      path: string;
      mime: string;
      part?: MediaPart;
      /** Of the whole file, bytes, while it is still coming. */
      size?: number;
    },
  ): string {
    const message = transferId(channel, key);
    const id = `${part} ${message}`;
    const token = this.#live.get(id)?.token ?? randomBytes(16).toString('hex');
    this.#live.set(id, { token, file, message });
    this.#announce({ kind: 'mediaToken', token, path, mime, ...(size === undefined ? {} : { size }) });
    return `app://wukong/media/${token}`;
  }

  /** The file lies elsewhere now. */
  moved(name: string, path: string, mime: string): void {
    for (const { token, file } of this.#live.values())
      if (file === name) this.#announce({ kind: 'mediaToken', token, path, mime });
  }

  /** The file that a live address shows; null = it is dead. */
  fileOf(wanted: string): string | null {
    return [...this.#live.values()].find(({ token }) => token === wanted)?.file ?? null;
  }

  voidMessage(channel: ChannelRef, key: string): void {
    const wanted = transferId(channel, key);
    // Its entries as well: what is in a merged forward, or in a text.
    const entries = `${wanted}\n>`;
    this.#void(({ message }) => message === wanted || message.startsWith(entries));
  }

  voidFiles(files: ReadonlySet<string>): void {
    this.#void(({ file }) => files.has(file));
  }

  voidAll(): void {
    this.#void(() => true);
  }

  #void(isDead: (live: { file: string; message: string }) => boolean): void {
    const dead: string[] = [];
    for (const [id, live] of this.#live) {
      if (!isDead(live)) continue;
      this.#live.delete(id);
      dead.push(live.token);
    }
    if (dead.length > 0) this.#announce({ kind: 'mediaTokensDead', tokens: dead });
  }
}
