/**
 * Uploaded files on the local disk, under `<dataDir>/files`. Names are checked, never trusted; an existing object is
 * never overwritten.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  type ReadStream,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { errorCode } from '../../../shared/errors.ts';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refusal } from '../http/errors.ts';
import type { Quotas } from '../quotas.ts';
import type { Db } from '../store/database.ts';
import { UploadQuota } from './upload-quota.ts';

/** `type` of an upload (tsdd-api.md 6.1); the first folder of the stored path. */
export const FILE_TYPES = [
  'chat',
  'moment',
  'momentcover',
  'sticker',
  'report',
  'common',
  'chatbg',
  'download',
  'avatar',
] as const;
export type FileType = (typeof FILE_TYPES)[number];

const SEGMENT = /^[A-Za-z0-9_@.-]{1,128}$/;
const MAX_SEGMENTS = 8;

/**
 * Types a browser may show in place; everything else is offered as a download, so that no upload runs as a page of this
 * origin.
 */
const INLINE_TYPES: Record<string, { type: string; starts: (head: Buffer) => boolean }> = {
  png: {
    type: 'image/png',
    starts: (head) => head.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47])),
  },
  jpg: { type: 'image/jpeg', starts: (head) => head[0] === 0xff && head[1] === 0xd8 },
  jpeg: { type: 'image/jpeg', starts: (head) => head[0] === 0xff && head[1] === 0xd8 },
  gif: { type: 'image/gif', starts: (head) => head.subarray(0, 4).toString('latin1') === 'GIF8' },
  webp: { type: 'image/webp', starts: (head) => head.subarray(8, 12).toString('latin1') === 'WEBP' },
  mp4: { type: 'video/mp4', starts: (head) => head.subarray(4, 8).toString('latin1') === 'ftyp' },
};
const AUDIO_TYPES: Record<string, string> = {
  mp3: 'audio/mpeg',
  amr: 'audio/amr',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
};
const DOWNLOAD_TYPE = 'application/octet-stream';

/** Splits and checks an object path. Throws `文件路径错误` for anything that is not plain segments below the root. */
export function checkedSegments(path: string): string[] {
  const segments = path.replace(/^\//, '').split('/');
  const valid =
    segments.length <= MAX_SEGMENTS && segments.every((each) => SEGMENT.test(each) && !/^\.+$/.test(each));
  if (!valid) throw refusal('文件路径错误', 'bad_path');
  return segments;
}

export interface StoredFile {
  stream: ReadStream;
  size: number;
  contentType: string;
  inline: boolean;
}

export class FileStore {
  readonly #root: string;
  readonly #db: Db;
  readonly #now: () => number;
  readonly #quota: UploadQuota;

  constructor(dataDir: string, db: Db, quotas: Quotas, now: () => number) {
    this.#root = resolve(dataDir, 'files');
    this.#db = db;
    this.#now = now;
    this.#quota = new UploadQuota(db, quotas, now);
  }

  #locate(segments: readonly string[]): string {
    const file = resolve(join(this.#root, ...segments));
    if (!file.startsWith(this.#root + sep)) throw refusal('文件路径错误', 'bad_path');
    return file;
  }

  /**
   * Writes a stream as `<type>/<path>`; answers the object path. Throws when it exists, is too large, is more than its
   * uploader may keep, or is not what its name says.
   */
  async save(
    type: FileType,
    path: string,
    uid: string,
    content: Readable & { truncated?: boolean },
  ): Promise<string> {
    const segments = [type, ...checkedSegments(path)];
    const file = this.#locate(segments);
    const objectPath = segments.join('/');
    if (this.#db.get('SELECT 1 FROM stored_file WHERE path = ? AND erased <> 0', objectPath) !== undefined) {
      content.resume();
      throw refusal('文件已存在！', 'file_exists');
    }
    let upload;
    try {
      upload = this.#quota.begin(uid);
    } catch (error) {
      content.resume();
      throw error;
    }
    let kept = false;
    const sum = createHash('sha256');
    try {
      await this.#write(file, content, (chunk) => {
        upload.count(chunk.length);
        sum.update(chunk);
      });
      this.#db.run(
        `INSERT OR REPLACE INTO stored_file(path, uid, size, content_type, created_at, sha256, collectable)
         VALUES (?, ?, ?, ?, ?, ?, 1)`,
        objectPath,
        uid,
        statSync(file).size,
        contentTypeOf(file),
        this.#now(),
        sum.digest('hex'),
      );
      kept = true;
    } finally {
      upload.end(kept);
    }
    return objectPath;
  }

  /** Leaves no file behind when it throws. */
  async #write(
    file: string,
    content: Readable & { truncated?: boolean },
    taken: (chunk: Buffer) => void,
  ): Promise<void> {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    let fd;
    try {
      // At once: the folder that was just made must not be removed as an empty one before.
      fd = openSync(file, 'wx', 0o600);
    } catch (error) {
      content.resume();
      if (errorCode(error) === 'EEXIST') throw refusal('文件已存在！', 'file_exists');
      this.#removeFolders(file);
      throw error;
    }
    try {
      await pipeline(
        content,
        async function* counted(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            taken(chunk);
            yield chunk;
          }
        },
        createWriteStream(file, { fd }),
      );
      if (content.truncated === true) throw refusal('上传内容过大！', 'too_large');
      const kind = INLINE_TYPES[extension(file)];
      if (kind && !kind.starts(await headOf(file))) throw refusal('文件类型错误', 'bad_file_type');
    } catch (error) {
      this.#remove(file);
      throw error;
    }
  }

  #remove(file: string): void {
    rmSync(file, { force: true });
    this.#removeFolders(file);
  }

  /** Folders that a file was the last in: their names are the uploader's, there is no end to them. */
  #removeFolders(file: string): void {
    for (let folder = dirname(file); folder !== this.#root; folder = dirname(folder)) {
      try {
        rmdirSync(folder);
      } catch {
        return;
      }
    }
  }

  /** Not readable from now on, in the caller's transaction; `eraseMarked` takes it off the disk. */
  markErased(path: string): void {
    this.#db.run("UPDATE stored_file SET erased = 1, sha256 = '' WHERE path = ? AND erased = 0", path);
  }

  /** Erases what was marked, also by a process that died before it could. */
  eraseMarked(): void {
    const marked = this.#db.all<{ path: string }>('SELECT path FROM stored_file WHERE erased = 1');
    for (const { path } of marked) {
      this.#remove(this.#locate(checkedSegments(path)));
      this.#db.run('UPDATE stored_file SET erased = 2 WHERE path = ?', path);
    }
  }

  /** Size of an object; null when there is none. */
  sizeOf(path: string): number | null {
    const segments = checkedSegments(path);
    const stats = statSync(this.#locate(segments), { throwIfNoEntry: false });
    if (!stats?.isFile()) return null;
    const erased = this.#db.get(
      'SELECT 1 FROM stored_file WHERE path = ? AND erased <> 0',
      segments.join('/'),
    );
    return erased === undefined ? stats.size : null;
  }

  /** SHA-256 of an object that is there, hex; '' = not known. */
  sumOf(path: string): string {
    const row = this.#db.get<{ sha256: string }>(
      'SELECT sha256 FROM stored_file WHERE path = ?',
      checkedSegments(path).join('/'),
    );
    return row?.sha256 ?? '';
  }

  /** Opens an object from `start` on; null when there is none. */
  open(path: string, start = 0): StoredFile | null {
    const size = this.sizeOf(path);
    if (size === null) return null;
    const file = this.#locate(checkedSegments(path));
    const contentType = contentTypeOf(file);
    return {
      stream: createReadStream(file, { start }),
      size,
      contentType,
      inline: contentType !== DOWNLOAD_TYPE,
    };
  }
}

function extension(file: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
}

function contentTypeOf(file: string): string {
  const ext = extension(file);
  return INLINE_TYPES[ext]?.type ?? AUDIO_TYPES[ext] ?? DOWNLOAD_TYPE;
}

async function headOf(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: 15 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
