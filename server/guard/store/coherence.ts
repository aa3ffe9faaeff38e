/** Guards tell each other of recalls, so that none of them goes on believing that a message is not recalled. */
import { Redis } from 'ioredis';
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecallRecord } from './guard-store.ts';

const TOPIC = 'wukong-guard:recalled';
/** A plug-in writes `wukong-guard:plugin:<name>` anew before it lapses. */
export const PLUGIN_KEY = 'wukong-guard:plugin:';
const COUNT_MS = 5_000;
/** A Redis that hangs takes commands and says nothing: so long one is waited for, ms. */
export const REDIS_MS = 3_000;

export type ToldRecord = Pick<
  RecallRecord,
  'messageId' | 'revoker' | 'channelId' | 'channelType' | 'fromUid' | 'clientMsgNo'
>;

const Told = z.array(
  z.object({
    messageId: z.string(),
    revoker: z.string(),
    channelId: z.string(),
    channelType: z.number(),
    fromUid: z.string(),
    clientMsgNo: z.string(),
  }),
);

export interface Coherence {
  tell(records: readonly ToldRecord[]): void;
  /** Whether others' recalls are heard now. */
  heard(): boolean;
  close(): Promise<void>;
}

/** One guard alone, or several without Redis: each believes for a second at most. */
export const NO_COHERENCE: Coherence = {
  tell: () => undefined,
  heard: () => false,
  close: () => Promise.resolve(),
};

export function redisCoherence(
  url: string,
  metrics: Metrics,
  log: Log,
  recalled: (records: readonly ToldRecord[]) => void,
): Coherence {
  const options = { maxRetriesPerRequest: 1, commandTimeout: REDIS_MS } as const;
  const listener = new Redis(url, options);
  const speaker = new Redis(url, options);
  let listening = false;
  const set = (heard: boolean): void => {
    if (listening !== heard) log.info(heard ? 'redis_heard' : 'redis_lost');
    listening = heard;
    metrics.redisConnected.set(heard ? 1 : 0);
  };
  set(false);
  for (const client of [listener, speaker]) client.on('error', () => undefined);
  listener.on('close', () => set(false));
  listener.on('ready', () => {
    listener.subscribe(TOPIC).then(
      () => set(true),
      (error: unknown) => log.warn('redis_subscribe_failed', { reason: reasonOf(error) }),
    );
  });
  listener.on('message', (_topic: string, message: string) => {
    const read = Told.safeParse(parsed(message));
    if (read.success) recalled(read.data);
  });
  const count = async (): Promise<void> => {
    try {
      let found = 0;
      let cursor = '0';
      do {
        const [next, keys] = await speaker.scan(cursor, 'MATCH', `${PLUGIN_KEY}*`, 'COUNT', 1000);
        cursor = next;
        found += keys.length;
      } while (cursor !== '0');
      metrics.setPlugins(found);
    } catch {
      metrics.setPlugins(-1);
    }
  };
  const ask = async (): Promise<void> => {
    if (!listening) return;
    try {
      await listener.ping();
    } catch {
      // It is there, and says nothing: what is told meanwhile is not heard.
      listener.disconnect(true);
    }
  };
  const timer = setInterval(() => void Promise.all([count(), ask()]), COUNT_MS);
  timer.unref();
  void count();
  return {
    tell: (records) => {
      const told: ToldRecord[] = records.map(
        ({ messageId, revoker, channelId, channelType, fromUid, clientMsgNo }) => ({
          messageId,
          revoker,
          channelId,
          channelType,
          fromUid,
          clientMsgNo,
        }),
      );
      speaker
        .publish(TOPIC, JSON.stringify(told))
        .catch((error: unknown) => log.warn('redis_publish_failed', { reason: reasonOf(error) }));
    },
    heard: () => listening,
    close: () => {
      clearInterval(timer);
      listener.disconnect();
      speaker.disconnect();
      return Promise.resolve();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
