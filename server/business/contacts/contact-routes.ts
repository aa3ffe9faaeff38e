/** Everything about other people (tsdd-api.md 2). */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { autoDeleteRoutes } from './auto-delete-routes.ts';
import { friendRoutes } from './friend-routes.ts';
import { qrcodeRoutes } from './qrcode-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { userRoutes } from './user-routes.ts';

export function contactRoutes(app: FastifyInstance, context: Context): void {
  userRoutes(app, context);
  friendRoutes(app, context);
  qrcodeRoutes(app, context);
  reportRoutes(app, context);
  autoDeleteRoutes(app, context);
}
