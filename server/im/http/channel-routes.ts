import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CHANNEL_GROUP, CHANNEL_PERSON } from '../channel-ids.ts';
import type { ImCore } from '../im-core.ts';
import { MemberList } from '../store/channel-store.ts';
import {
  ApiError,
  bit,
  channelId,
  channelType,
  optionalBit,
  parse,
  plainChannelId,
  queryInt,
  uids,
} from './validation.ts';

const OK = { status: 200 };

const key = { channel_id: plainChannelId, channel_type: channelType };
const info = {
  large: optionalBit,
  ban: optionalBit,
  disband: optionalBit,
  send_ban: optionalBit,
  allow_stranger: optionalBit,
};
const infoBody = z.object({ ...key, ...info });
const createBody = z.object({ ...key, ...info, reset: bit, subscribers: uids.nullish() });
const keyBody = z.object(key);
const subscribersBody = z.object({
  channel_id: plainChannelId,
  /** 0 or absent is a group. */
  channel_type: channelType.default(CHANNEL_GROUP),
  reset: bit,
  temp_subscriber: z.int().default(0),
  subscribers: uids,
});
const listBody = z.object({ ...key, uids });
const whitelistQuery = z.object({ channel_id: channelId, channel_type: queryInt });

function infoOf(body: z.output<typeof infoBody>) {
  return {
    large: body.large,
    ban: body.ban,
    disband: body.disband,
    sendBan: body.send_ban,
    allowStranger: body.allow_stranger,
  } as Parameters<ImCore['channels']['setInfo']>[2];
}

/** Channels, subscribers, black- and whitelists (wukongim.md C.4). */
export function registerChannelRoutes(app: FastifyInstance, core: ImCore): void {
  const { channels } = core;

  app.post('/channel', async (request) => {
    const body = parse(createBody, request.body);
    if (body.channel_type === CHANNEL_PERSON)
      throw new ApiError('channel_type: person channels need no creation');
    channels.setInfo(body.channel_id, body.channel_type, infoOf(body));
    const subscribers = body.subscribers ?? [];
    if (body.reset)
      channels.setMembers(body.channel_id, body.channel_type, MemberList.subscribers, subscribers);
    else channels.addMembers(body.channel_id, body.channel_type, MemberList.subscribers, subscribers);
    return OK;
  });

  app.post('/channel/info', async (request) => {
    const body = parse(infoBody, request.body);
    channels.setInfo(body.channel_id, body.channel_type, infoOf(body));
    if (body.channel_type === CHANNEL_PERSON && body.ban === true)
      core.registry.kick(body.channel_id, null, 'banned');
    return OK;
  });

  app.post('/channel/delete', async (request) => {
    const body = parse(keyBody, request.body);
    channels.remove(body.channel_id, body.channel_type);
    return OK;
  });

  app.post('/channel/subscriber_add', async (request) => {
    const body = parse(subscribersBody, request.body);
    const type = body.channel_type === 0 ? CHANNEL_GROUP : body.channel_type;
    if (type === CHANNEL_PERSON) throw new ApiError('channel_type: person channels have no subscribers');
    if (body.reset) channels.setMembers(body.channel_id, type, MemberList.subscribers, body.subscribers);
    else channels.addMembers(body.channel_id, type, MemberList.subscribers, body.subscribers);
    return OK;
  });
  app.post('/channel/subscriber_remove', async (request) => {
    const body = parse(subscribersBody, request.body);
    const type = body.channel_type === 0 ? CHANNEL_GROUP : body.channel_type;
    channels.removeMembers(body.channel_id, type, MemberList.subscribers, body.subscribers);
    return OK;
  });
  app.post('/channel/subscriber_remove_all', async (request) => {
    const body = parse(keyBody, request.body);
    channels.setMembers(body.channel_id, body.channel_type, MemberList.subscribers, []);
    return OK;
  });

  for (const list of ['blacklist', 'whitelist'] as const) {
    app.post(`/channel/${list}_add`, async (request) => {
      const body = parse(listBody, request.body);
      channels.addMembers(body.channel_id, body.channel_type, MemberList[list], body.uids);
      // Friends are two people, also before either has signed in.
      if (body.channel_type === CHANNEL_PERSON && list === 'whitelist')
        core.users.learn([body.channel_id, ...body.uids]);
      return OK;
    });
    app.post(`/channel/${list}_set`, async (request) => {
      const body = parse(listBody, request.body);
      channels.setMembers(body.channel_id, body.channel_type, MemberList[list], body.uids);
      return OK;
    });
    app.post(`/channel/${list}_remove`, async (request) => {
      const body = parse(listBody, request.body);
      channels.removeMembers(body.channel_id, body.channel_type, MemberList[list], body.uids);
      return OK;
    });
  }
  app.get('/channel/whitelist', async (request) => {
    const query = parse(whitelistQuery, request.query);
    const channel = channels.find(query.channel_id, query.channel_type);
    return [...(channel?.members[MemberList.whitelist] ?? [])];
  });
}
