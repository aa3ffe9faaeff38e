/**
 * The fake runtime's inside, beside the launcher: takes resources/app.asar apart into a folder of this user, because
 * Node reads no asar, and starts it as a packaged app. What Electron does with an asar this cannot show.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface AsarFolder {
  files: Record<string, AsarFolder | AsarFile>;
}
interface AsarFile {
  size: number;
  offset?: string;
  unpacked?: boolean;
}

const exe = process.env['WUKONG_STANDIN_EXE'] ?? '';
const resources = join(dirname(exe), 'resources');
const app = unpack(join(resources, 'app.asar'));
process.env['WUKONG_STANDIN_PACKAGED'] = '1';
process.env['WUKONG_STANDIN_APP'] = app;
// As under Electron: no script stands between the program and its arguments.
process.argv = [exe, ...process.argv.slice(2)];
Object.defineProperty(process, 'resourcesPath', { value: resources, configurable: true });
const { main } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as { main: string };
await import(pathToFileURL(join(app, main)).href);

/** One folder for each archive, made once; two that start at the same time do not disturb each other. */
function unpack(archive: string): string {
  const file = openSync(archive, 'r');
  try {
    const sizes = Buffer.alloc(16);
    readSync(file, sizes, 0, 16, 0);
    const headerSize = sizes.readUInt32LE(4);
    const text = Buffer.alloc(sizes.readUInt32LE(12));
    readSync(file, text, 0, text.length, 16);
    // The header holds a hash of every file.
    const id = createHash('sha256').update(text).update(archive).digest('hex').slice(0, 20);
    const root = join(tmpdir(), `wukong-fake-electron-${process.getuid?.() ?? 0}`);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    chmodSync(root, 0o700);
    const target = join(root, id);
    if (existsSync(target)) return target;
    const made = mkdtempSync(join(root, 'new-'));
    write(JSON.parse(text.toString('utf8')) as AsarFolder, made, '');
    try {
      renameSync(made, target);
    } catch {
      rmSync(made, { recursive: true, force: true });
    }
    return target;

    function write(folder: AsarFolder, to: string, path: string): void {
      mkdirSync(to, { recursive: true });
      for (const [name, entry] of Object.entries(folder.files)) {
        if ('files' in entry) {
          write(entry, join(to, name), join(path, name));
          continue;
        }
        const content = Buffer.alloc(entry.unpacked === true ? 0 : entry.size);
        if (entry.unpacked === true) {
          writeFileSync(join(to, name), readFileSync(join(`${archive}.unpacked`, path, name)));
          continue;
        }
        readSync(file, content, 0, content.length, 8 + headerSize + Number(entry.offset ?? 0));
        writeFileSync(join(to, name), content);
      }
    }
  } finally {
    closeSync(file);
  }
}
