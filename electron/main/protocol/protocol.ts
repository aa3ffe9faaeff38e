/**
 * Serves `out/renderer` as `app://wukong/`: contained in its folder, fixed MIME types, strict CSP. Below `media/` come
 * the images and videos of messages, by tokens that die with the message (media-tokens.ts).
 */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { protocol, type Session } from 'electron';
import { APP_SCHEME, APP_URL, isAppUrl } from './app-origin.ts';
import { byteRange, rangeAnswer } from './byte-range.ts';
import { FirstFiles, type PageFile } from './first-files.ts';
import { isInside } from '../files/is-inside.ts';
import type { MediaTokens } from '../files/media-tokens.ts';

/** React sets inline styles through CSSOM, which `style-src 'self'` allows; the page itself never fetches anything. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "object-src 'none'",
  "frame-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Text that becomes code or markup (innerHTML, eval, the address of a script) is refused by the browser itself.
  // There is no policy that could allow it: React puts text into text nodes, and nothing here writes markup.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      // `stream`: without it a `<video>` waits for the whole film before it plays.
      privileges: { standard: true, secure: true, supportFetchAPI: false, codeCache: true, stream: true },
    },
  ]);
}

/** In the session of the pages only: no other page of this process could ask for a file. */
export function serveApp(
  rendererDir: string,
  media: MediaSource,
  session: Pick<Session, 'protocol'>,
  first?: FirstFiles,
): void {
  session.protocol.handle(APP_SCHEME, (request) => answerAppRequest(rendererDir, request, media, first));
}

/** The files of the first page, on their way from now on. */
export function readFirstFiles(rendererDir: string): FirstFiles {
  return new FirstFiles(APP_URL, (url) => readPageFile(rendererDir, url));
}

/** Never throws: what is not a file of the renderer is 404, what is not a read is 405. */
export async function answerAppRequest(
  rendererDir: string,
  request: Request,
  media?: MediaSource,
  first?: FirstFiles,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed');
  const token = isAppUrl(request.url) ? mediaToken(request.url) : null;
  if (token !== null) return answerMedia(token, request, media);
  if (!isAppUrl(request.url)) return plain(404, 'not found');
  const file = (await first?.take(request.url)) ?? (await readPageFile(rendererDir, request.url));
  return file === null ? plain(404, 'not found') : answerBytes(request, file.bytes, headers(file.type));
}

/** null: there is none, or it is not the page's. */
async function readPageFile(rendererDir: string, url: string): Promise<PageFile | null> {
  const file = await fileOf(rendererDir, url);
  const type = file === null ? undefined : MIME_TYPES[extname(file).toLowerCase()];
  if (file === null || type === undefined) return null;
  try {
    return { bytes: await readFile(file), type };
  } catch {
    return null;
  }
}

/** What is below `media/`. */
export type MediaSource = Pick<MediaTokens, 'isFilm' | 'read' | 'readPiece'>;

const MEDIA_PATH = '/media/';

function mediaToken(url: string): string | null {
  const { pathname } = new URL(url);
  return pathname.startsWith(MEDIA_PATH) ? pathname.slice(MEDIA_PATH.length) : null;
}

async function answerMedia(token: string, request: Request, media?: MediaSource): Promise<Response> {
  if (media?.isFilm(token)) return answerFilm(token, request, media);
  const image = await media?.read(token);
  if (!image) return plain(404, 'not found', NOT_KEPT);
  return answerBytes(request, image.bytes, { ...headers(image.mime), ...MEDIA_ONLY });
}

/** Of a film at once. Chromium asks on from where an answer ended; nowhere is there more of it in memory than this. */
export const MAX_PIECE_BYTES = 1024 * 1024;

/** Always a part: nobody but a player asks for a film, and no answer could hold all of one. */
async function answerFilm(token: string, request: Request, media: MediaSource): Promise<Response> {
  const film = await media.readPiece(token, (size) => {
    const range = byteRange(request.headers.get('range'), size) ?? { first: 0, last: size - 1 };
    if (range === 'unsatisfiable' || size === 0) return null;
    return { first: range.first, last: Math.min(range.last, range.first + MAX_PIECE_BYTES - 1) };
  });
  if (!film) return plain(404, 'not found', NOT_KEPT);
  const { bytes, first, mime, size } = film;
  const fixed = { ...headers(mime), ...MEDIA_ONLY, 'accept-ranges': 'bytes' };
  if (bytes.length === 0)
    return new Response(null, { status: 416, headers: { ...fixed, 'content-range': `bytes */${size}` } });
  return new Response(request.method === 'HEAD' ? null : bytes, {
    status: 206,
    headers: {
      ...fixed,
      'content-length': String(bytes.length),
      'content-range': `bytes ${first}-${first + bytes.length - 1}/${size}`,
    },
  });
}

/** Whole, or the one range that is asked for. */
function answerBytes(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  fixed: Record<string, string>,
): Response {
  const { status, headers: own, body } = rangeAnswer(request.headers.get('range'), bytes);
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: { ...fixed, ...own } });
}

/** The file a URL names, or null when that is outside the folder, also by way of a symbolic link. */
async function fileOf(rendererDir: string, url: string): Promise<string | null> {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (/[\0\\:]/.test(path)) return null;
  const file = join(rendererDir, path === '/' ? 'index.html' : path);
  if (!isInside(rendererDir, file)) return null;
  try {
    return isInside(await realpath(rendererDir), await realpath(file)) ? file : null;
  } catch {
    return null;
  }
}

/** Chromium keeps no copy: it would outlive a recall. */
const NOT_KEPT = { 'cache-control': 'no-store' } as const;
/** Opened by itself it is a picture or a film and nothing else. */
const MEDIA_ONLY = { ...NOT_KEPT, 'content-security-policy': "default-src 'none'; sandbox" } as const;

function headers(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}

function plain(status: number, text: string, more: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { ...headers('text/plain; charset=utf-8'), ...more } });
}
