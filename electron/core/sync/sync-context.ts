/** What the parts of the sync share. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { BusinessApi } from '../api/business-api.ts';
import type { Log } from '../api/http.ts';
import type { Store } from '../account-store/store-api.ts';

export interface SyncContext {
  me: { uid: string; name: string };
  store: Store;
  api: BusinessApi;
  deviceId: string;
  log: Log;
  /** Deltas that do not come out of the store (typing, friend requests). */
  push: (delta: CoreDelta) => void;
  /** Server time in ms. */
  serverNowMs: () => number;
  isOnline: () => boolean;
  /** Channels that are open in a window. */
  openChannels: () => ChannelRef[];
  /** All is in sync: after a connection, or after what one owed was fetched. */
  settled?: () => void;
  /** The server may show another picture of this person or group. */
  avatarChanged?: (channel: ChannelRef) => void;
  /** The business server refused the token. */
  onUnauthorized: () => void;
}
