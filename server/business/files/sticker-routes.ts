/** Collected stickers (tsdd-api.md 6.3), with the paths of TSDD's older servers, whose clients still ask for them. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { parse } from '../http/validation.ts';
import { quotaExceeded } from '../quotas.ts';
import { filePathsOf } from './file-refs.ts';
import { packFile } from '../stickers/built-in-packs.ts';
import { packRoutes } from './pack-routes.ts';
import { MOST_STICKERS, Stickers } from './stickers.ts';

const Side = z.int().min(0).max(100_000).default(0);
const Words = z.string().max(100).default('');
const Path = z.string().min(1).max(2_000);
const Added = z.object({
  path: Path,
  width: Side,
  height: Side,
  format: z.string().max(20).default(''),
  category: Words,
  title: Words,
  placeholder: z.string().max(20_000).default(''),
});
const Moved = z.object({ paths: z.array(Path).min(1).max(MOST_STICKERS) });
const Removed = z.object({ paths: z.array(Path).max(MOST_STICKERS) });

export function stickerRoutes(app: FastifyInstance, context: Context): void {
  const { db, fileRefs, files, now } = context;
  packRoutes(app, context);
  const stickers = new Stickers(db, now);
  app.get('/v1/sticker/user', async (request) => stickers.of(caller(request).uid));

  app.post('/v1/sticker/user', async (request) => {
    const me = caller(request).uid;
    const sticker = parse(Added, request.body);
    const [object] = filePathsOf({ path: sticker.path });
    if (object === undefined || (!packFile(object) && files.sizeOf(object) === null))
      throw refusal('表情文件不存在！', 'not_found');
    if (!stickers.add(me, object, sticker)) throw quotaExceeded('表情数量已达到上限！');
    return OK;
  });

  app.delete('/v1/sticker/user', async (request) => {
    const me = caller(request).uid;
    const { paths } = parse(Removed, request.body);
    stickers.remove(me, paths);
    // One made of a file goes with its place in the collection, unless a message has it.
    const own = filePathsOf({ paths }).filter((path) => path.startsWith('sticker/'));
    for (const path of own) fileRefs.discard(path, me);
    if (own.length > 0) files.eraseMarked();
    return OK;
  });

  app.put('/v1/sticker/user/front', async (request) => {
    stickers.toFront(caller(request).uid, parse(Moved, request.body).paths);
    return OK;
  });
}
