/** Reports of people and groups (TSDD `modules/report`): kept for whoever runs the server, told to nobody. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { AttemptLimit, tooOften } from '../http/rate-limit.ts';
import { parse } from '../http/validation.ts';

const REPORTS_AN_HOUR = 20;
/** The oldest go: whoever reports for the fun of it fills no disk. */
const KEPT_OF_ONE = 200;

/** TSDD keeps its own in a table that is empty until an administrator fills it. */
const CATEGORIES = [
  { no: 'harassment', zh: '骚扰辱骂', en: 'Harassment' },
  { no: 'fraud', zh: '欺诈骗钱', en: 'Fraud' },
  { no: 'spam', zh: '垃圾广告', en: 'Spam' },
  { no: 'illegal', zh: '违法违规内容', en: 'Illegal content' },
  { no: 'impersonation', zh: '冒充他人', en: 'Impersonation' },
  { no: 'other', zh: '其他', en: 'Something else' },
] as const;

const Report = z.object({
  channel_id: z.string().min(1, '频道ID不能为空！').max(100),
  channel_type: z.int().min(1, '频道类型不能为空！').max(255),
  category_no: z.string().min(1, '举报类别不能为空！').max(100),
  imgs: z.array(z.string().max(600)).max(9).default([]),
  remark: z.string().max(1_000).default(''),
});

export function reportRoutes(app: FastifyInstance, context: Context): void {
  const { db, now } = context;
  const hourly = new AttemptLimit(REPORTS_AN_HOUR, 3_600_000, now);

  // Without sign-in, as TSDD.
  app.get('/v1/report/categories', async (request) => {
    const { lang } = parse(z.object({ lang: z.string().max(100).default('') }), request.query);
    const english = (lang || (request.headers['accept-language'] ?? '')).includes('en');
    return CATEGORIES.map(({ no, zh, en }) => ({
      category_no: no,
      category_name: english ? en : zh,
      parent_category_no: '',
    }));
  });

  app.post('/v1/reports', async (request) => {
    const { uid } = caller(request);
    const report = parse(Report, request.body);
    if (!CATEGORIES.some(({ no }) => no === report.category_no)) throw refusal('举报类别不存在！');
    if (!hourly.take(uid)) throw tooOften();
    db.transaction(() => {
      db.run(
        'INSERT INTO report(uid, channel_id, channel_type, category_no, imgs, remark, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        uid,
        report.channel_id,
        report.channel_type,
        report.category_no,
        report.imgs.join(','),
        report.remark,
        now(),
      );
      db.run(
        'DELETE FROM report WHERE uid = ? AND id NOT IN (SELECT id FROM report WHERE uid = ? ORDER BY id DESC LIMIT ?)',
        uid,
        uid,
        KEPT_OF_ONE,
      );
    });
    return OK;
  });
}
