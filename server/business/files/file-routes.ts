/** Uploads, previews and avatars (tsdd-api.md 6.1, 2.2, 3.2). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { caller } from '../http/auth.ts';
import { OK, refusal } from '../http/errors.ts';
import { Id, parse } from '../http/validation.ts';
import { newId } from '../store/format.ts';
import { defaultAvatar } from './default-avatar.ts';
import { checkedSegments, FILE_TYPES } from './file-store.ts';
import { PACK_FOLDER, packFile } from '../stickers/built-in-packs.ts';
import { stickerRoutes } from './sticker-routes.ts';

const UploadType = z.enum(FILE_TYPES.filter((type) => type !== 'avatar'));
const UploadQuery = z.object({ path: z.string().max(600).default(''), type: z.string() });
const IMAGE_EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** `bytes=N-` of a download that goes on; other ranges are answered with the whole file, as the protocol allows. */
function startOf(range: string | undefined): number | null {
  const [, start] = /^bytes=(\d{1,15})-$/.exec(range ?? '') ?? [];
  return start === undefined ? null : Number(start);
}

/** The part that is asked for, if it is still the file that the caller has the beginning of (RFC 9110, 13.1.5). */
const wantedPart = ({ headers }: FastifyRequest, tag: string): number | null =>
  headers['if-range'] === undefined || headers['if-range'] === tag ? startOf(headers.range) : null;

/** `""` for what is from before sums were known: no tag is given for it, and none fits. */
const tagOf = (sha256: string): string => `"${sha256}"`;

const upload = (request: FastifyRequest) => {
  const query = parse(UploadQuery, request.query);
  const type = UploadType.safeParse(query.type);
  if (!type.success) throw refusal('文件类型错误', 'bad_file_type');
  const segments = checkedSegments(query.path);
  if (`${type.data}/${segments.join('/')}/`.startsWith(PACK_FOLDER))
    throw refusal('文件路径错误', 'bad_path');
  return { type: type.data, path: `/${query.path.replace(/^\//, '')}` };
};

export function fileRoutes(app: FastifyInstance, context: Context): void {
  const { files, fileRefs, accounts, groups, commands, jobs, friends } = context;

  app.get('/v1/file/upload', async (request) => {
    caller(request);
    const { type, path } = upload(request);
    return {
      url: `${request.protocol}://${request.host}/v1/file/upload?type=${type}&path=${encodeURIComponent(path)}`,
      // Not in TSDD, which takes what it has the memory for.
      max_bytes: context.config.maxUploadBytes,
    };
  });

  app.post('/v1/file/upload', async (request) => {
    const me = caller(request).uid;
    const { type, path } = upload(request);
    const file = request.isMultipart() ? await request.file() : undefined;
    if (!file) throw refusal('读取文件失败！');
    const objectPath = await files.save(type, path, me, file.file);
    return { path: `file/preview/${objectPath}` };
  });

  // Not in TSDD: an upload that no message will name (its message was recalled before it was sent) is taken back.
  app.delete('/v1/file/upload', async (request) => {
    const me = caller(request).uid;
    const { path } = parse(z.object({ path: z.string().max(600) }), request.query);
    if (!fileRefs.discard(checkedSegments(path).join('/'), me))
      throw refusal('文件不存在或正在使用！', 'file_in_use');
    files.eraseMarked();
    return OK;
  });

  app.get('/v1/file/preview/*', async (request, reply) => {
    const { '*': path } = parse(z.object({ '*': z.string() }), request.params);
    const { filename } = parse(z.object({ filename: z.string().max(300).optional() }), request.query);
    const ofPack = packFile(path);
    if (ofPack)
      return reply
        .headers({
          'Content-Security-Policy': "default-src 'none'; sandbox",
          'Cache-Control': 'max-age=86400',
        })
        .type(ofPack.contentType)
        .send(ofPack.content);
    const sha256 = files.sumOf(path);
    return sendFile(reply, path, { filename, start: wantedPart(request, tagOf(sha256)), sha256 });
  });

  function sendFile(
    reply: FastifyReply,
    path: string,
    asked: { filename?: string | undefined; start?: number | null; sha256?: string } = {},
  ): FastifyReply {
    const { filename, start = null, sha256 = '' } = asked;
    const size = files.sizeOf(path);
    if (size !== null && start !== null && start >= size)
      return reply.code(416).header('Content-Range', `bytes */${size}`).send();
    const file = files.open(path, start ?? 0);
    if (!file) return reply.code(404).type('text/plain').send('404 page not found');
    const name = filename === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(filename)}`;
    return reply
      .headers({
        'Accept-Ranges': 'bytes',
        'Content-Length': String(file.size - (start ?? 0)),
        ...(start === null ? {} : { 'Content-Range': `bytes ${start}-${file.size - 1}/${file.size}` }),
        ...(sha256 !== '' && {
          ETag: tagOf(sha256),
          'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
        }),
        'Content-Disposition': `${file.inline ? 'inline' : 'attachment'}${name}`,
        'Content-Security-Policy': "default-src 'none'; sandbox",
        // A copy in a browser would outlive the recall of its message.
        'Cache-Control': path.startsWith('avatar/') ? 'private, max-age=31536000, immutable' : 'no-store',
      })
      .code(start === null ? 200 : 206)
      .type(file.contentType)
      .send(file.stream);
  }

  function sendAvatar(reply: FastifyReply, id: string, name: string, stored: string): FastifyReply {
    if (stored !== '') return sendFile(reply, stored);
    return reply
      .headers({ 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
      .type('image/svg+xml; charset=utf-8')
      .send(defaultAvatar(id, name));
  }

  app.get('/v1/users/:id/avatar', async (request, reply) => {
    const { id } = parse(z.object({ id: Id }), request.params);
    const user = accounts.find(id);
    if (!user) return reply.code(404).type('text/plain').send('404 page not found');
    return sendAvatar(reply, id, user.name, user.avatar);
  });

  app.get('/v1/groups/:id/avatar', async (request, reply) => {
    const { id } = parse(z.object({ id: Id }), request.params);
    const group = groups.find(id);
    if (!group) return reply.code(404).type('text/plain').send('404 page not found');
    return sendAvatar(reply, id, group.name, group.avatar);
  });

  async function saveAvatar(request: FastifyRequest, uid: string): Promise<string> {
    const file = request.isMultipart() ? await request.file() : undefined;
    if (!file) throw refusal('读取文件失败！');
    const extension = IMAGE_EXTENSIONS[file.mimetype];
    if (extension === undefined) {
      file.file.resume();
      throw refusal('文件类型错误', 'bad_file_type');
    }
    return files.save('avatar', `/${newId()}.${extension}`, uid, file.file);
  }

  /** A former avatar: nothing names it any more. */
  function replaced(path: string | undefined): void {
    if (path?.startsWith('avatar/')) files.markErased(path);
  }

  // Always the caller's own avatar, whatever uid the path names, as TSDD's clients expect.
  app.post('/v1/users/:id/avatar', async (request) => {
    const me = caller(request).uid;
    const path = await saveAvatar(request, me);
    context.db.transaction(() => {
      replaced(accounts.find(me)?.avatar);
      accounts.setProfile(me, 'avatar', path);
      commands.queueToUsers([...friends.friendUids(me), me], 'userAvatarUpdate', { uid: me });
    });
    files.eraseMarked();
    await jobs.flush();
    return OK;
  });

  app.post('/v1/groups/:id/avatar', async (request) => {
    const me = caller(request).uid;
    const { id } = parse(z.object({ id: Id }), request.params);
    groups.requireOwner(id, me);
    const path = await saveAvatar(request, me);
    context.db.transaction(() => {
      replaced(groups.find(id)?.avatar);
      groups.setAvatar(id, path);
    });
    files.eraseMarked();
    await jobs.flush();
    return OK;
  });

  stickerRoutes(app, context);
}
