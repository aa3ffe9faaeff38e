/** `POST /v1/message/extra/sync`: TSDD's changes, and the recalls that only the guard recorded (tsdd-api.md 5.2). */
import type { Readable } from 'node:stream';
import type { JsonObject } from '../../../shared/json.ts';
import { type Channel, storedChannelId } from '../../business/im-client/channel-address.ts';
import { recalledExtra } from '../masking/mask-rows.ts';
import { type GuardParts, type Passing, tokenOf } from './parts.ts';
import { masked } from './masked-answer.ts';
import { bodyOf } from './checked-body.ts';
import { requireMember } from './members-only.ts';

const GROUP = 2;
const MOST_BODY = 1024 * 1024;
const DEFAULT_LIMIT = 100;
const MOST_ADDED = 1_000;
const NAMES = ['channel_id', 'channel_type', 'extra_version', 'source', 'limit'];

export function extraSync(parts: GuardParts): Passing {
  const { store, identities } = parts;

  return async (request, reply, from) => {
    const { asked, ...whole } = await bodyOf(request, NAMES, MOST_BODY);
    const groupNo = asked['channel_id'];
    // TSDD hands edits, so words, to everybody who knows the number of a group.
    if (asked['channel_type'] === GROUP && typeof groupNo === 'string')
      await requireMember(parts, groupNo, tokenOf(request));
    return from({
      ...whole,
      onResponse: (_request, _reply, answer) => {
        const { stream, statusCode } = answer as unknown as { stream: Readable; statusCode: number };
        if (statusCode !== 200) {
          void reply.send(stream);
          return;
        }
        masked(parts, request, reply, stream, '/v1/message/extra/sync', {
          asked: () => channelOf(asked, tokenOf(request)),
          moreExtras: (rows) => more(asked, tokenOf(request), rows),
        }).catch((error: unknown) => void reply.send(error));
      },
    });
  };

  /** In stored form. */
  async function channelOf(asked: JsonObject, token: string): Promise<Channel | null> {
    const channelId = asked['channel_id'];
    if (typeof channelId !== 'string' || channelId === '') return null;
    const channel = { channelId, channelType: Number(asked['channel_type'] ?? 0) };
    return { ...channel, channelId: storedChannelId(await identities.uidOf(token), channel) };
  }

  /** Rows that TSDD does not have, within what its page covers: a page that is full ends at its last version. */
  async function more(asked: JsonObject, token: string, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    if (!(await parts.anyGuardOnly())) return [];
    const channel = await channelOf(asked, token);
    if (channel === null) return [];
    const since = Number(asked['extra_version'] ?? 0);
    const limit = Number(asked['limit'] ?? 0) || DEFAULT_LIMIT;
    const last = Number(rows.at(-1)?.['extra_version'] ?? 0);
    const upTo = rows.length >= limit && since > 0 ? last : Number.POSITIVE_INFINITY;
    const records = await store.guardOnlySince(channel.channelId, channel.channelType, since, MOST_ADDED);
    return records.filter((record) => record.version <= upTo).map(recalledExtra);
  }
}
