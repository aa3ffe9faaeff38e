/** What the handlers of the IPC channels work on. */
import type { ChannelRef, ConnectionState, Me } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { BusinessApi } from '../api/business-api.ts';
import type { Log } from '../api/http.ts';
import type { Avatars } from '../avatars/avatars.ts';
import type { ChatExports } from '../export/chat-exports.ts';
import type { Media } from '../media/media.ts';
import type { Store } from '../account-store/store-api.ts';
import type { Absence } from '../publisher/absence.ts';
import type { StickerPacks } from '../stickers/sticker-packs.ts';
import type { SyncEngine } from '../sync/sync-engine.ts';
import type { Voices } from '../voice/voices.ts';
import type { Composer } from './enqueue.ts';

/** The part of the outbox that handlers use: jobs are written to the store, `kick` makes it look at them now. */
export interface OutboxPort {
  kick: () => void;
}

/** The part of the connection that handlers use. */
export interface ConnectionPort {
  retryNow: () => void;
  readonly transport: string;
  readonly lastPingMs: number | null;
}

export interface CoreContext {
  me: () => Me;
  store: Store;
  api: BusinessApi;
  sync: SyncEngine;
  /** Reads the own name and number again. */
  refreshMe: () => Promise<void>;
  outbox: OutboxPort;
  composer: Composer;
  media: Media;
  voices: Voices;
  avatars: Avatars;
  packs: Pick<StickerPacks, keyof StickerPacks>;
  exports: Pick<ChatExports, 'plan' | 'progress' | 'cancel'>;
  connection: ConnectionPort;
  connectionState: () => ConnectionState;
  storage: () => StorageState;
  deviceId: string;
  /** Of this account, and of the whole profile. */
  folders: { accountDir: string; profileDir: string };
  serverOffsetMs: () => number;
  /** Server time in ms. */
  serverNowMs: () => number;
  /** The page has taken a batch of deltas. */
  deltasTaken: () => void;
  push: (delta: CoreDelta) => void;
  log: Log;
  absence: Pick<Absence, 'summary' | 'dismiss'>;
  openChannels: Map<string, ChannelRef>;
  /** Marks as read, and tells the server and the authors who asked for it, once per burst. */
  readHere: (channel: ChannelRef, messageSeq: number) => void;
  /** Called after each change of the store; returns what ends it. */
  onCommit: (listener: () => void) => () => void;
  /** Looks for residue of recalled messages and removes what it can. */
  leakCheck: () => Promise<LeakCheck>;
}

/** Refuses what needs to write while the database cannot be written. */
export function requireWritable(context: CoreContext): void {
  if (context.store.readOnly) throw new CodedError('readOnly', 'this account cannot be written to right now');
}
