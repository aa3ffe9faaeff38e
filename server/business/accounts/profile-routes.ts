/** The caller's own profile and switches (tsdd-api.md 2.2). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Flag01, parse } from '../http/validation.ts';
import { PERSON } from '../im-client/commands.ts';
import { USER_SWITCH_NAMES, type UserSwitch } from './accounts.ts';

/** A number, also as text: TSDD takes it so (tsdd-api.md 2.2). */
const digits = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
const OneOrNone = z.preprocess(digits, Flag01.optional());

const CurrentUser = z.strictObject({
  /** 0 female, 1 male, 2 neither is said. */
  sex: z.preprocess(digits, z.int().min(0).max(2).optional()),
  short_no: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{5,19}$/, '短编号必须以字母开头，共 6-20 位')
    .optional(),
  name: z.string().min(1).max(50).optional(),
  search_by_phone: OneOrNone,
  search_by_short: OneOrNone,
  new_msg_notice: OneOrNone,
  msg_show_detail: OneOrNone,
  voice_on: OneOrNone,
  shock_on: OneOrNone,
  msg_expire_second: z.preprocess(digits, z.int().min(0).optional()),
});
const PROFILE_KEYS = ['name', 'sex', 'short_no', 'msg_expire_second'] as const;

export function profileRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, db } = context;

  app.put('/v1/user/current', async (request) => {
    const { uid } = caller(request);
    const raw = parse(z.record(z.string(), z.unknown()), request.body);
    const unknown = Object.keys(raw).find((key) => !(key in CurrentUser.shape));
    if (unknown !== undefined) throw refusal(`不允许更新【${unknown}】`);
    const body = parse(CurrentUser, raw);
    db.transaction(() => {
      for (const key of PROFILE_KEYS) {
        const value = body[key];
        if (value !== undefined) accounts.setProfile(uid, key, value);
      }
      accounts.setSwitches(uid, pickSwitches(body));
      if (body.name !== undefined) {
        context.commands.queueToUsers(context.friends.friendUids(uid), 'channelUpdate', {
          channel_id: uid,
          channel_type: PERSON,
        });
      }
    });
    await context.jobs.flush();
    return OK;
  });

  app.put('/v1/user/my/setting', async (request) => {
    const { uid } = caller(request);
    const Switches = z.partialRecord(z.enum(USER_SWITCH_NAMES as [UserSwitch, ...UserSwitch[]]), Flag01);
    const raw = parse(z.record(z.string(), z.unknown()), request.body);
    const known = Object.fromEntries(
      Object.entries(raw).filter(([key]) => USER_SWITCH_NAMES.includes(key as UserSwitch)),
    );
    accounts.setSwitches(uid, parse(Switches, known));
    return OK;
  });
}

function pickSwitches(body: Record<string, unknown>): Partial<Record<UserSwitch, number>> {
  const picked: Partial<Record<UserSwitch, number>> = {};
  for (const name of USER_SWITCH_NAMES) {
    const value = body[name];
    if (typeof value === 'number') picked[name] = value;
  }
  return picked;
}
