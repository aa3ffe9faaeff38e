import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ImCore } from '../im-core.ts';
import type { Channel } from '../store/channel-store.ts';
import type { StoredMessage } from '../store/message-store.ts';
import { messageDto } from './message-dto.ts';
import { parse, u32, uid } from './validation.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 10_000;

const syncBody = z.object({ uid, message_seq: u32.default(0), limit: z.int().min(0).default(0) });
const ackBody = z.object({ uid, last_message_seq: u32.min(1, 'must be greater than 0') });

/**
 * Offline CMDs (wukongim.md C.8): per user, not per device. An ack commits what the user's last sync returned; unlike
 * on the real server it is effective at once.
 */
export function registerOfflineCmdRoutes(app: FastifyInstance, core: ImCore): void {
  /** What each user's last sync returned: greatest seq per CMD channel. Bounded: forgetting one only repeats rows. */
  const lastSync = new LRUCache<string, Map<Channel, number>>({ max: 10_000 });

  app.post('/message/sync', async (request) => {
    const body = parse(syncBody, request.body);
    const limit = Math.min(body.limit === 0 ? DEFAULT_LIMIT : body.limit, MAX_LIMIT);
    const found: { channel: Channel; message: StoredMessage }[] = [];
    for (const c of core.conversations.list(body.uid, true)) {
      if (c.channel.lastSeq <= c.readedTo) continue;
      const rows = core.messages.range(c.channel, c.readedTo + 1, c.channel.lastSeq + 1, limit);
      for (const message of rows) found.push({ channel: c.channel, message });
    }
    found.sort((a, b) => (a.message.messageId < b.message.messageId ? -1 : 1));
    const page = found.slice(0, limit);
    const greatest = new Map<Channel, number>();
    for (const { channel, message } of page) greatest.set(channel, message.seq);
    lastSync.set(body.uid, greatest);
    // The real server answers these rows with an empty header, sync_once included.
    const header = { no_persist: 0, red_dot: 0, sync_once: 0 };
    return page.map(({ message }) => ({ ...messageDto(message), header }));
  });

  app.post('/message/syncack', async (request) => {
    const body = parse(ackBody, request.body);
    for (const [channel, seq] of lastSync.get(body.uid) ?? [])
      core.conversations.advance(body.uid, channel, seq);
    lastSync.delete(body.uid);
    return { status: 200 };
  });
}
