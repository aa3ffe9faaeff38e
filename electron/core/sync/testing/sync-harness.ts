/** One account's store and sync engine on a scripted business server. */
import { rmSync } from 'node:fs';
import { vi } from 'vitest';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import type { CoreDelta } from '../../../../shared/ipc/contract/events.ts';
import { createBusinessApi } from '../../api/business-api.ts';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import { openStore, type OpenStore } from '../../account-store/open-store.ts';
import { createSyncEngine, type SyncEngine, type SyncEngineOptions } from '../sync-engine.ts';
import { ScriptedBusiness, type ScriptedMessage } from './scripted-business.ts';
import { tempFolder } from '../../../../shared/testing/temp-folder.ts';

export const ME = { uid: 'u1', name: 'Me' };
export const BOB: ChannelRef = { channelId: 'u2', channelType: 1 };
export const TEAM: ChannelRef = { channelId: 'g1', channelType: 2 };
const NOW_MS = 1_795_400_100_000;

export const idOf = (seq: number): string => String(2_124_791_608_111_960_000n + BigInt(seq));

export function messages(from: number, to: number, fromUid = 'u2'): ScriptedMessage[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    messageId: idOf(from + i),
    seq: from + i,
    fromUid,
  }));
}

/** The RECV of what `messages` makes. */
export function received(seq: number, over: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return {
    channel: BOB,
    messageId: idOf(seq),
    messageSeq: seq,
    clientMsgNo: `c${idOf(seq)}`,
    fromUid: 'u2',
    timestamp: 1_795_400_000 + seq,
    expire: 0,
    setting: 0,
    noPersist: false,
    redDot: true,
    syncOnce: false,
    payload: { type: 1, content: `text ${idOf(seq)}` },
    ...over,
  };
}

export class SyncHarness {
  readonly server = new ScriptedBusiness();
  readonly logs: string[] = [];
  readonly deltas: CoreDelta[] = [];
  open: ChannelRef[] = [];
  nowMs = NOW_MS;
  store!: OpenStore;
  engine!: SyncEngine;
  readonly dir = tempFolder('wk-sync-');
  readonly #change: Partial<SyncEngineOptions>;

  constructor(change: Partial<SyncEngineOptions> = {}) {
    this.#change = change;
    this.#start();
  }

  #start(): void {
    const log = (_level: unknown, message: string): void => void this.logs.push(message);
    this.store = openStore({
      accountDir: this.dir,
      me: ME,
      now: () => this.nowMs,
      serverOffsetMs: () => 0,
      offerReedit: () => true,
      log: () => undefined,
    });
    this.engine = createSyncEngine({
      me: ME,
      store: this.store,
      api: createBusinessApi({ server: 'http://s', token: 't', fetch: this.server.fetch, log }),
      deviceId: 'dev',
      log,
      push: (delta) => this.deltas.push(delta),
      serverNowMs: () => this.nowMs,
      isOnline: () => true,
      openChannels: () => this.open,
      onUnauthorized: () => undefined,
      rulesChanged: () => undefined,
      ownMessagesStored: () => undefined,
      deliveryDead: () => undefined,
      refreshMe: () => Promise.resolve(),
      ...this.#change,
    });
  }

  #stop(): void {
    this.engine.close();
    this.store.close();
  }

  /** As a new start of the app with the same databases. */
  restart(): void {
    this.#stop();
    this.#start();
  }

  dispose(): void {
    this.#stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Comes online and waits until the sync is through. `early` runs when the connection is up, before any answer. */
  async connect(early: () => void = () => undefined): Promise<void> {
    const count = (): number => this.logs.filter((line) => line === 'in sync').length;
    const before = count();
    this.engine.connected();
    early();
    await vi.waitFor(
      () => {
        if (count() === before) throw new Error(`not in sync: ${this.logs.slice(-3).join(' | ')}`);
      },
      { timeout: 60_000, interval: 5 },
    );
  }

  /** As the handlers do when a window shows a channel or leaves it. */
  show(channel: ChannelRef): void {
    this.open.push(channel);
    this.engine.channelOpened(channel);
  }
  leave(channel: ChannelRef): void {
    this.open = this.open.filter((open) => channelKey(open) !== channelKey(channel));
  }

  /** Until the server has not been asked anything for some turns: what was started is over. */
  async idle(): Promise<void> {
    for (let quiet = 0, asked = -1; quiet < 10; quiet += 1) {
      if (asked !== this.server.asked.length) quiet = 0;
      asked = this.server.asked.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  seqs(channel: ChannelRef): number[] {
    return this.store.messages
      .page(channel, { at: 'latest' }, 200)
      .messages.map((message) => message.messageSeq);
  }
}
