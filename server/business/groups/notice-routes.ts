/** Published notices with author, history and readers. None of these routes is TSDD's (embedded-servers.md). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK } from '../http/errors.ts';
import { parse } from '../http/validation.ts';
import { groupNo } from './group-params.ts';

const NoticeId = z.object({
  id: z
    .string()
    .regex(/^\d{1,15}$/, '不是有效的标识')
    .transform(Number),
});
const noticeId = (request: FastifyRequest): number => parse(NoticeId, request.params).id;

export function noticeRoutes(app: FastifyInstance, context: Context): void {
  const { groups, notices, jobs } = context;

  app.get('/v1/groups/:no/notices', async (request) =>
    notices.list(groups, groupNo(request), caller(request).uid),
  );

  app.post('/v1/groups/:no/notices/:id/readed', async (request) => {
    const me = caller(request).uid;
    notices.markRead(groups, groupNo(request), noticeId(request), me);
    return OK;
  });

  app.get('/v1/groups/:no/notices/:id/receipt', async (request) => {
    const me = caller(request).uid;
    const { readed } = parse(z.object({ readed: z.enum(['0', '1']).default('1') }), request.query);
    return notices.readers(groups, groupNo(request), noticeId(request), me, readed === '1');
  });

  app.post('/v1/groups/:no/notices/:id/remind', async (request) => {
    const me = caller(request).uid;
    return { uids: notices.remind(groups, groupNo(request), noticeId(request), me) };
  });

  app.delete('/v1/groups/:no/notices/:id', async (request) => {
    const me = caller(request).uid;
    notices.remove(groups, groupNo(request), noticeId(request), me);
    await jobs.flush();
    return OK;
  });
}
