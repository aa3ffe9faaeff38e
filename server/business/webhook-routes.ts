/**
 * WuKongIM's webhook (wukongim.md C.8): `POST /v2/webhook/SECRET?event=…`. The IM server can send no header of its own,
 * so a secret stands in the address it is given: any program of this computer reaches the port. It is only taken from
 * the IM server's address, never from a browser, and nothing is decided on its word alone.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseOnlineEvent } from './contacts/presence.ts';
import type { Context } from './context.ts';
import { ApiError, OK } from './http/errors.ts';
import { parse } from './http/validation.ts';
import { ImMessage } from './im-client/im-api.ts';
import { personChannelId } from '../../shared/wire/person-channel.ts';
import { ChannelType } from './im-client/channel-address.ts';
import { storedMessage } from './messages/message-dto.ts';
import type { ExtraRow, StoredMessage } from './messages/message-extras.ts';
import type { MessageIndex } from './messages/message-index.ts';
import { readPayload } from './messages/payload-guard.ts';
import type { Recall } from './messages/recall.ts';
import { sameSecret } from '../secret-text.ts';

const CMD_TYPE = 99;
const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);

/** Addresses of the IM server besides loopback. */
export async function imAddresses(imApi: string): Promise<Set<string>> {
  const host = new URL(imApi).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return new Set([host]);
  try {
    return new Set((await lookup(host, { all: true })).map((entry) => entry.address));
  } catch {
    return new Set();
  }
}

function storedId(row: ImMessage): string {
  return row.channel_type === ChannelType.person && !row.channel_id.includes('@')
    ? personChannelId(row.from_uid, row.channel_id)
    : row.channel_id;
}

export function webhookRoutes(
  app: FastifyInstance,
  context: Context,
  index: MessageIndex,
  recall: Recall,
  from: ReadonlySet<string>,
  secret: string,
): void {
  app.post('/v2/webhook/:secret', async (request) => {
    const given = parse(z.object({ secret: z.string() }), request.params).secret;
    const address = request.ip.replace(/^::ffff:/, '');
    const isFromIm = isLoopback(request.ip) || from.has(address);
    if (!sameSecret(given, secret) || request.headers.origin !== undefined || !isFromIm) {
      throw new ApiError(403, '没有权限！', { code: 'not_allowed' });
    }
    const { event } = parse(z.object({ event: z.string() }), request.query);
    if (event === 'msg.notify') await messagesStored(parse(z.array(z.unknown()), request.body));
    else if (event === 'user.onlinestatus') await onlineChanged(parse(z.array(z.string()), request.body));
    return OK;
  });

  async function messagesStored(rows: unknown[]): Promise<void> {
    const reminded = new Set<string>();
    const copies: [copy: StoredMessage, original: ExtraRow][] = [];
    // All of a notice in one transaction: a row for itself would wait for the disk each time.
    context.db.transaction(() => {
      for (const raw of rows) {
        const parsed = ImMessage.safeParse(raw);
        if (!parsed.success) {
          context.log.warn(
            `webhook msg.notify: row ignored, ${parsed.error.issues[0]?.path.join('.') ?? ''} is not as expected`,
          );
          continue;
        }
        const row = parsed.data;
        const payload = readPayload(row.payload);
        if (row.header.sync_once === 1 || payload['type'] === CMD_TYPE) continue;
        const message = storedMessage(row, storedId(row), payload);
        index.add(message, row.timestamp);
        context.fileRefs.add(message, payload, row.expire > 0 ? row.timestamp + row.expire : 0);
        const page = context.extras.forPage([message], []);
        const recalled = page.byId(message.messageId)?.revoke === 1;
        // The recall was faster than this notice.
        if (recalled) context.fileRefs.recalled(message.messageId);
        const original = recalled ? null : page.recalledCopy(message);
        if (original) copies.push([message, original]);
        else if (context.reminders.create(message, payload)) reminded.add(message.channelId);
      }
    });
    context.files.eraseMarked();
    for (const [copy, original] of copies) await recall.coverCopy(copy, original, false);
    for (const groupNo of reminded)
      context.reminders.announce({ channelId: groupNo, channelType: ChannelType.group });
  }

  async function onlineChanged(events: string[]): Promise<void> {
    for (const text of events) {
      const event = parseOnlineEvent(text);
      if (event) await context.presence.apply(event);
      else context.log.warn('webhook user.onlinestatus: entry ignored, not as expected');
    }
  }
}
