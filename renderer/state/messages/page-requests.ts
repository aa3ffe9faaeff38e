import { backOffMs } from '../../../shared/back-off.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { MessagePage, PageAnchor } from '../../../shared/ipc/contract/messages.ts';
import { Meanwhile } from '../answers.ts';
import { call } from '../bridge.ts';
import type { WindowDelta } from './message-window.ts';

/** Messages per page. */
export const PAGE = 60;

/** Scrolling at an edge that cannot be loaded must not ask with every frame: 1 s, 2 s, 4 s … 30 s. */
export const pagePauseMs = (failures: number): number => backOffMs(failures, 1_000, 30_000);

/** The pages that are under way: what was pushed meanwhile, and which answers were overtaken. */
export class PageRequests {
  /** Per channel: the deltas that arrive while pages are under way. */
  readonly #meanwhile = new Map<string, Meanwhile<WindowDelta>>();
  /** Number of the newest replacement asked for per channel. */
  readonly #tickets = new Map<string, number>();
  #ticket = 0;

  /** For a page that is to replace the window: every answer of an earlier ticket is overtaken from now on. */
  nextTicket(key: string): number {
    this.#ticket += 1;
    this.#tickets.set(key, this.#ticket);
    return this.#ticket;
  }

  ticketOf(key: string): number | undefined {
    return this.#tickets.get(key);
  }

  /** `page` null if it could not be loaded (`call` has logged why); `collected`: what was pushed meanwhile. */
  async fetch(
    channel: ChannelRef,
    anchor: PageAnchor,
  ): Promise<{ page: MessagePage | null; collected: readonly WindowDelta[] }> {
    const key = channelKey(channel);
    const meanwhile = this.#meanwhile.get(key) ?? new Meanwhile<WindowDelta>();
    this.#meanwhile.set(key, meanwhile);
    const asked = call('messages.page', { channel, anchor, limit: PAGE }).catch(() => null);
    const { answer: page, news: collected } = await meanwhile.collect(asked);
    return { page, collected };
  }

  /** A delta arrived: the pages under way may have been read before it. */
  pushed(key: string, delta: WindowDelta): void {
    this.#meanwhile.get(key)?.tell(delta);
  }

  forget(key: string): void {
    this.#meanwhile.delete(key);
    this.#tickets.delete(key);
  }
}
