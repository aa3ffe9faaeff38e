/** Closing the own account (TSDD `modules/user/api.go`, destroyAccount). Absent when no code can reach anybody. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { parse } from '../http/validation.ts';
import { PERSON } from '../im-client/commands.ts';
import type { User } from './accounts.ts';
import type { SmsGuard } from './sms-routes.ts';

export function accountEndRoutes(app: FastifyInstance, context: Context, guard: SmsGuard): void {
  const { accounts, commands, db, friends, groups, jobs, sessions, sms } = context;
  if (!sms.isOffered) return;

  function userOf(uid: string): User {
    const user = accounts.find(uid);
    if (!user) throw refusal('登录用户不存在');
    return user;
  }

  app.post('/v1/user/sms/destroy', async (request) => {
    sms.send('destroy', userOf(caller(request).uid));
    return OK;
  });

  app.delete('/v1/user/destroy/:code', async (request) => {
    const { uid } = caller(request);
    const { code } = parse(z.object({ code: z.string().max(20) }), request.params);
    guard.counted(request.ip, () => sms.check('destroy', userOf(uid), code));
    db.transaction(() => {
      accounts.destroy(uid);
      groups.memberDestroyed(uid);
      friends.friendDestroyed(uid);
      const changed = { channel_id: uid, channel_type: PERSON };
      commands.queueToUsers(friends.friendUids(uid), 'channelUpdate', changed);
      sessions.closeAll(uid);
      jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: -1 });
    });
    await jobs.flush();
    return OK;
  });
}
