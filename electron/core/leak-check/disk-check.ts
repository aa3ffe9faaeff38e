/**
 * The half of the leak check that looks at bytes: every file of the profile is streamed past the fingerprints of what
 * this session erased.
 */
import { basename, dirname, join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import type { Log } from '../api/http.ts';
import { MEDIA_FOLDER, STAGING_FOLDER } from '../media/media-folders.ts';
import type { Fingerprints } from './fingerprints.ts';
import { filesIn, scanFiles, type FileResidue } from './profile-files.ts';

export interface DiskCheckParts {
  accountDir: string;
  /** Root of the profile; everything in it is scanned but the folders of other accounts. */
  profileDir: string;
  fingerprints: Fingerprints;
  /** Rewrites the databases without free pages, and takes the old pages off the disk. */
  vacuum: () => void;
  /** Every text that messages, jobs and drafts rightly hold, in pages. */
  liveTexts: () => Iterable<string[]>;
  log: Log;
}

type Finding = Omit<LeakCheck['surfaces'][number], 'surface'>;

const NOTHING: ReadonlySet<string> = new Set();

/** `media`: files, of cached and staged ones; `disk`: bytes, in everything else. */
export async function checkDisk(parts: DiskCheckParts): Promise<{ media: Finding; disk: Finding }> {
  const { accountDir, profileDir, fingerprints, log } = parts;
  const clean = { ok: true, count: 0, repaired: false };
  if (fingerprints.size === 0) return { media: clean, disk: clean };
  const isDatabase = (path: string): boolean =>
    dirname(path) === accountDir && /^(cache|outbox)\.db/.test(basename(path));
  const inMedia = (path: string): boolean =>
    [MEDIA_FOLDER, STAGING_FOLDER].some((folder) => path.startsWith(join(accountDir, folder) + sep));

  // (Elsewhere Chromium names its files, with words of its own.)
  const isOurs = (path: string): boolean => path.startsWith(accountDir + sep);
  const scan = await scanFiles(ownFiles(parts), fingerprints, isOurs);
  let residue = scan.residue;
  let repaired = false;
  const found = residue.filter(({ path }) => isDatabase(path));
  const said = found.length > 0 ? await saidElsewhere(parts) : NOTHING;
  // (An edit leaves most words as they were.)
  const inDatabases = found.map((entry) => without(entry, said)).filter((entry) => entry.found.size > 0);
  residue = residue.filter(({ path }) => !isDatabase(path));
  if (inDatabases.length > 0) {
    // Free pages are the first suspect; what is still there afterwards is in a row.
    parts.vacuum();
    const again = await scanFiles(
      inDatabases.map(({ path }) => path),
      fingerprints,
    );
    const left = again.residue.map((entry) => without(entry, said)).filter((entry) => entry.found.size > 0);
    const foundBefore = new Set(inDatabases.flatMap(({ found }) => [...found]));
    const foundAfter = new Set(again.residue.flatMap(({ found }) => [...found]));
    repaired = [...foundBefore].some((key) => !foundAfter.has(key));
    residue = [...residue, ...left];
  }
  const name = (path: string): string => relative(profileDir, path);
  for (const { path, bytes } of residue)
    log('warn', `leak check: ${bytes} bytes of recalled text in ${name(path)}`);
  for (const path of scan.unreadable) log('warn', `leak check: ${name(path)} cannot be read`);
  const media = residue.filter(({ path }) => inMedia(path));
  const other = residue.filter(({ path }) => !inMedia(path));
  const accountUnread = scan.unreadable.filter((path) => path.startsWith(accountDir + sep)).length;
  return {
    media: { ok: media.length === 0, count: media.length, repaired: false },
    disk: {
      ok: other.length === 0 && accountUnread === 0,
      count: other.reduce((sum, { bytes }) => sum + bytes, 0),
      repaired,
    },
  };
}

/**
 * Other accounts may rightly have the message (their server did not tell them yet): their files are their own check.
 */
async function* ownFiles({ accountDir, profileDir }: DiskCheckParts): AsyncGenerator<string> {
  const inside = accountDir.startsWith(profileDir + sep);
  if (inside) yield* filesIn(profileDir, new Set([dirname(accountDir)]));
  yield* filesIn(accountDir);
}

/** Fingerprints that other messages, drafts or names hold as well: the same words said again are no residue. */
async function saidElsewhere({ fingerprints, liveTexts }: DiskCheckParts): Promise<ReadonlySet<string>> {
  const matcher = fingerprints.matcher();
  for (const texts of liveTexts()) {
    for (const text of texts) {
      matcher.begin();
      matcher.feed(Buffer.from(text, 'utf8'));
    }
    await nextTurn();
  }
  return new Set(matcher.found.keys());
}

function without(entry: FileResidue, keys: ReadonlySet<string>): FileResidue {
  return { ...entry, found: new Set([...entry.found].filter((key) => !keys.has(key))) };
}
