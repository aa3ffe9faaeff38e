/** Users, presence and the blacklist (tsdd-api.md 2.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { addressKey } from '../http/addresses.ts';
import { OK, refusal } from '../http/errors.ts';
import { RequestLimit, tooOften } from '../http/rate-limit.ts';
import { Id, parse } from '../http/validation.ts';
import { PERSON } from '../im-client/commands.ts';
import { definedOnly, PersonalSetting } from './personal-setting.ts';
import { groupMembership, userDetail } from './user-dto.ts';

const UidParam = z.object({ uid: Id });
const RECENT_SECONDS = 24 * 3600;

export function userRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, friends, presence, settings, commands, jobs } = context;
  // Phone numbers and names are guessed one by one otherwise, without an account.
  const lookups = new RequestLimit(context.config.lookupsPerSecond, context.now);

  app.get('/v1/users/:uid', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(UidParam, request.params);
    const { group_no } = parse(z.object({ group_no: z.string().optional() }), request.query);
    const user = accounts.find(uid);
    if (!user) throw refusal('用户不存在！');
    return {
      ...userDetail(context, me, user),
      ...(group_no ? groupMembership(context, me, uid, group_no) : {}),
    };
  });

  app.put('/v1/users/:uid/setting', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(UidParam, request.params);
    const changes = definedOnly(parse(PersonalSetting, request.body));
    if (!accounts.find(uid)) throw refusal('用户不存在！');
    context.db.transaction(() => {
      settings.change(me, { channelId: uid, channelType: PERSON }, changes);
      commands.queueToUser(me, 'channelUpdate', { channel_id: uid, channel_type: PERSON });
    });
    await jobs.flush();
    return OK;
  });

  app.get('/v1/user/online', async (request) => {
    const me = caller(request).uid;
    const now = Math.floor(context.now() / 1000);
    const pc = [2, 1].find((flag) => presence.hasDevice(me, flag));
    const mute = accounts.find(me);
    const rows = friends
      .friendUids(me)
      .map((uid) => ({ uid, state: presence.state(uid) }))
      .filter(({ state }) => state.online === 1 || now - state.lastOffline < RECENT_SECONDS);
    return {
      ...(pc === undefined
        ? {}
        : {
            pc: { online: 1, device_flag: pc, mute_of_app: mute ? accounts.switches(mute).mute_of_app : 0 },
          }),
      friends: rows.map(({ uid, state }) => ({
        uid,
        device_flag: state.deviceFlag,
        last_offline: state.lastOffline,
        online: state.online,
      })),
    };
  });

  app.post('/v1/user/online', async (request) => {
    caller(request);
    const uids = parse(z.array(Id).max(1000), request.body);
    const now = Math.floor(context.now() / 1000);
    return uids
      .map((uid) => ({ uid, state: presence.state(uid) }))
      .filter(({ state }) => state.online === 1 || now - state.lastOffline < RECENT_SECONDS)
      .map(({ uid, state }) => ({
        uid,
        device_flag: state.deviceFlag,
        last_online: 0,
        last_offline: state.lastOffline,
        online: state.online,
      }));
  });

  // Without sign-in, as TSDD: the keyword must match exactly and only a name is given away.
  app.get('/v1/user/search', async (request) => {
    const { keyword } = parse(z.object({ keyword: z.string().max(100).default('') }), request.query);
    if (!lookups.take(addressKey(request.ip))) throw tooOften();
    const user = keyword.trim() === '' ? null : accounts.search(keyword.trim());
    if (!user) return { exist: 0 };
    return { exist: 1, data: { uid: user.uid, name: user.name, vercode: `${user.vercode}@1` } };
  });

  app.post('/v1/user/blacklist/:uid', async (request) => {
    const me = caller(request).uid;
    const { uid } = parse(UidParam, request.params);
    if (uid === me || !accounts.find(uid)) throw refusal('用户不存在！');
    friends.setBlocked(me, uid, true);
    await jobs.flush();
    return OK;
  });

  app.delete('/v1/user/blacklist/:uid', async (request) => {
    friends.setBlocked(caller(request).uid, parse(UidParam, request.params).uid, false);
    await jobs.flush();
    return OK;
  });

  app.get('/v1/user/blacklists', async (request) =>
    // "usename" is TSDD's spelling.
    friends.blocked(caller(request).uid).map((uid) => ({ uid, name: accounts.name(uid), usename: '' })),
  );
}
