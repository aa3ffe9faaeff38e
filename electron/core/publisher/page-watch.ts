/** The page that shows this account, as far as the core knows: whether there is one, and which chats it has open. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { createDeltaFlow } from './delta-flow.ts';

export class PageWatch {
  readonly openChannels = new Map<string, ChannelRef>();
  readonly flow = createDeltaFlow();
  readonly #send: (deltas: CoreDelta[]) => void;
  readonly #onLooked: (isThere: boolean) => void;
  /** Also until the first page has come: none may miss what it was not told. */
  #isThere = true;

  /** `onLooked`: a page has begun, or left. */
  constructor(send: (deltas: CoreDelta[]) => void, onLooked: (isThere: boolean) => void) {
    this.#send = send;
    this.#onLooked = onLooked;
  }

  /** It asks for its snapshot: it shows no chat yet, and what was on its way to the one before counts no more. */
  begins(): void {
    if (!this.#isThere) this.#onLooked(true);
    this.#isThere = true;
    this.openChannels.clear();
    this.flow.reset();
  }

  /** Another account is on the screen; `close` is told every chat that was open. */
  leaves(close: (channel: ChannelRef) => void): void {
    this.#isThere = false;
    for (const channel of this.openChannels.values()) close(channel);
    this.openChannels.clear();
    this.flow.reset();
    this.#onLooked(false);
  }

  /** Whoever begins later reads what has happened until then. */
  push(deltas: CoreDelta[]): void {
    if (!this.#isThere) return;
    this.flow.sent();
    this.#send(deltas);
  }
}
