/** Putting new messages into the outbox: the same for words, forwards and attachments. */
import {
  channelKey,
  type ChannelRef,
  type ConnectionState,
  type Me,
  messageKey,
} from '../../../shared/domain.ts';
import { type Attachment, EXPIRE_UNKNOWN, type NewSend } from '../store/jobs.ts';
import type { Store } from '../account-store/store-api.ts';
import { settingOf } from '../sync/receipts.ts';
import { ClientNumbers } from './client-numbers.ts';
import type { Quoted } from './compose-payload.ts';

export interface Composed {
  channel: ChannelRef;
  payload: Record<string, unknown>;
  forwardOf?: string | null;
  attachment?: Attachment | null;
  /** File of a draft that `attachment` is sent in the place of. */
  insteadOf?: string;
}

const numbers = new ClientNumbers();

interface EnqueueContext {
  store: Store;
  me: () => Me;
  /** Server time in ms. */
  serverNowMs: () => number;
  connectionState: () => ConnectionState;
}

/**
 * Stores the jobs, all or none, and returns the messages' keys; they are on the disk then. Whoever calls this kicks the
 * outbox afterwards.
 */
export function enqueue(context: EnqueueContext, composed: readonly Composed[]): string[] {
  const { store } = context;
  const timestamp = Math.floor(context.serverNowMs() / 1000);
  const jobs = composed.map(({ channel, payload, forwardOf, attachment }): NewSend => ({
    channel,
    clientMsgNo: numbers.next(channel),
    payload: withFlame(payload, store.conversations.flame(channel)),
    timestamp,
    setting: settingOf(store, channel),
    expire: store.conversations.autoDelete(channel) ?? EXPIRE_UNKNOWN,
    forwardOf: forwardOf ?? null,
    attachment: attachment ?? null,
  }));
  const instead = composed.flatMap(({ insteadOf }) => insteadOf ?? []);
  store.outbox.addSends(jobs, context.connectionState().state === 'online', instead);
  const fromUid = context.me().uid;
  return jobs.map(({ clientMsgNo }) => messageKey({ fromUid, clientMsgNo, messageId: null }));
}

/** As the chat has it set now, whatever is sent there: words, files, forwards (tsdd-api.md 6.2). */
function withFlame(payload: Composed['payload'], seconds: number | null): Composed['payload'] {
  return seconds === null ? payload : { ...payload, flame: 1, flame_second: seconds };
}

/** Collects what is composed in one turn of the event loop, so that one wait for the disk serves all of it. */
export interface Composer {
  /** Resolves with the message's key once it is on the disk. */
  add(composed: Composed): Promise<string>;
  /** Stores what was collected, now: whatever comes after it must find it. */
  flush(): void;
}

interface Waiting extends PromiseWithResolvers<string> {
  composed: Composed;
}

export function createComposer(context: EnqueueContext, stored: () => void): Composer {
  let waiting: Waiting[] = [];
  let scheduled: NodeJS.Immediate | undefined;

  function store(group: readonly Waiting[]): void {
    try {
      const keys = enqueue(
        context,
        group.map(({ composed }) => composed),
      );
      for (const [index, { resolve }] of group.entries()) resolve(keys[index] ?? '');
    } catch (error) {
      // One that cannot be stored takes no other with it.
      if (group.length > 1) for (const one of group) store([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  function flush(): void {
    clearImmediate(scheduled);
    scheduled = undefined;
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    store(group);
    stored();
  }

  return {
    add(composed) {
      const answer = Promise.withResolvers<string>();
      waiting.push({ ...answer, composed });
      scheduled ??= setImmediate(flush);
      return answer.promise;
    },
    flush,
  };
}

/** What a new message quotes; null when that was recalled while it was written: the words are sent without it. */
export function quotedBy(
  { store }: Pick<EnqueueContext, 'store'>,
  channel: ChannelRef,
  replyToMessageId: string | null,
): Quoted | null {
  const quotable = replyToMessageId === null ? null : store.messages.byId(replyToMessageId);
  if (!quotable || quotable.recall || channelKey(quotable.channel) !== channelKey(channel)) return null;
  const quotedPayload = store.messages.payloadOf(channel, quotable.key);
  return quotedPayload ? { quotable, quotedPayload } : null;
}
