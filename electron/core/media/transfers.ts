/** Reports transfers to the page: at most ten times a second each, the end of one at once. */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { TransferView } from '../../../shared/transfer.ts';

export const REPORT_GAP_MS = 100;

export const transferId = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

export class Transfers {
  readonly #push: (transfers: TransferView[]) => void;
  readonly #now: () => number;
  readonly #reportedAt = new Map<string, number>();
  readonly #waiting = new Map<string, TransferView>();
  #timer: NodeJS.Timeout | undefined;

  constructor(push: (transfers: TransferView[]) => void, now: () => number = () => performance.now()) {
    this.#push = push;
    this.#now = now;
  }

  report(view: TransferView): void {
    const id = `${view.direction} ${transferId(view.channel, view.key)}`;
    if (view.state !== 'running') {
      this.#waiting.delete(id);
      this.#reportedAt.delete(id);
      this.#push([view]);
      return;
    }
    const sinceLast = this.#now() - (this.#reportedAt.get(id) ?? -Infinity);
    if (sinceLast >= REPORT_GAP_MS) {
      this.#waiting.delete(id);
      this.#reportedAt.set(id, this.#now());
      this.#push([view]);
      return;
    }
    this.#waiting.set(id, view);
    this.#timer ??= setTimeout(() => this.#flush(), REPORT_GAP_MS - sinceLast);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    const now = this.#now();
    const due: TransferView[] = [];
    let nextMs = Infinity;
    for (const [id, view] of this.#waiting) {
      const waitMs = (this.#reportedAt.get(id) ?? -Infinity) + REPORT_GAP_MS - now;
      if (waitMs > 0) {
        nextMs = Math.min(nextMs, waitMs);
        continue;
      }
      this.#waiting.delete(id);
      this.#reportedAt.set(id, now);
      due.push(view);
    }
    if (due.length > 0) this.#push(due);
    if (nextMs < Infinity) this.#timer = setTimeout(() => this.#flush(), nextMs);
  }
}
