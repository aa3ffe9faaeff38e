/**
 * Messages that burn after reading and count down, with their end: opened on this device, or own and read by the peer.
 * They are jobs of the outbox: what was opened must not be covered anew because the cache was lost, and a process that
 * dies while one is open has to find its end. Every call that writes runs in the caller's transaction.
 */
import { z } from 'zod';
import { ChannelRef, MessageId } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { ActionJobs } from './action-jobs.ts';
import { Mirror } from './mirror.ts';
import { recallKey } from './recall-jobs.ts';

const Args = z.object({
  key: z.string(),
  messageId: MessageId,
  messageSeq: z.int().min(0),
  /** Shown on this device. */
  open: z.boolean(),
  seconds: z.int().min(0),
  /** Server time (Unix seconds) of the end; null = when the chat is left. */
  until: z.int().nullable(),
});

export interface OpenedFlame extends z.infer<typeof Args> {
  channel: ChannelRef;
}
interface Stored extends OpenedFlame {
  id: number;
}

export class OpenedFlames {
  readonly #actions: ActionJobs;
  /** By channel and key. */
  readonly #opened: Mirror<Map<string, Stored>>;

  constructor(ctx: StoreContext, actions: ActionJobs) {
    this.#actions = actions;
    this.#opened = new Mirror(ctx, () => new Map(this.#read().map((flame) => [idOf(flame), flame])));
  }

  get isEmpty(): boolean {
    return this.#opened.value.size === 0;
  }

  of(channel: ChannelRef, key: string): OpenedFlame | undefined {
    return this.isEmpty ? undefined : this.#opened.value.get(recallKey(channel, key));
  }

  all(): OpenedFlame[] {
    return [...this.#opened.value.values()];
  }

  add({ channel, ...args }: OpenedFlame): void {
    const { id } = this.#actions.add({ kind: 'burn', channel, args });
    this.#opened.value.set(recallKey(channel, args.key), { id, channel, ...args });
  }

  update(flame: OpenedFlame, change: Partial<Pick<OpenedFlame, 'open' | 'until'>>): void {
    const stored = this.#opened.value.get(idOf(flame));
    if (!stored) return;
    const { channel, id, ...args } = { ...stored, ...change };
    this.#opened.value.set(idOf(flame), { channel, id, ...args });
    this.#actions.update(id, { args });
  }

  remove(flame: OpenedFlame): void {
    const stored = this.#opened.value.get(idOf(flame));
    if (!stored) return;
    this.#actions.remove(stored.id);
    this.#opened.value.delete(idOf(flame));
  }

  #read(): Stored[] {
    return this.#actions.all().flatMap(({ id, kind, channel, args }) => {
      const parsed = kind === 'burn' ? Args.safeParse(args) : null;
      return parsed?.success ? [{ id, channel, ...parsed.data }] : [];
    });
  }
}

const idOf = ({ channel, key }: OpenedFlame): string => recallKey(channel, key);
