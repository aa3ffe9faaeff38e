/**
 * The leak check of the settings page: looks for anything of a recalled message on the eight surfaces of ui.md 4 and
 * removes what it can. Content of recalled messages is not kept, so the check goes two ways: by structure (a recalled
 * message must have no content, index entry, quote text, job …) and by fingerprints of what this session erased, in
 * every file of the profile.
 */
import { basename, dirname, join, relative, sep } from 'node:path';
import type { ChannelRef } from '../../../shared/domain.ts';
import { LEAK_SURFACES, type LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Log } from '../api/http.ts';
import type { Store } from '../account-store/store-api.ts';
import { MEDIA_FOLDER, STAGING_FOLDER } from '../media/media-folders.ts';
import { openAccountDatabases, type AccountDatabases } from './leak-check-database.ts';
import { filesIn, scanFiles, type FileResidue } from './leak-check-files.ts';
import type { Fingerprints } from './leak-check-fingerprints.ts';

/** A notification the shell has on screen, or counts in a folded one. */
export interface AnnouncedMessage {
  channel: ChannelRef;
  messageKey: string;
}

export interface LeakCheckParts {
  accountDir: string;
  /** Root of the profile; everything in it is scanned but the folders of other accounts. */
  profileDir: string;
  store: Pick<Store, 'readOnly' | 'checkpoint'> & {
    messages: Pick<Store['messages'], 'get' | 'recallLog'>;
    conversations: Pick<Store['conversations'], 'list'>;
  };
  fingerprints: Fingerprints;
  /** Erases every media file that belongs to no message and no job; returns how many there were. */
  sweepMedia: () => number;
  /** What the shell said just before the check. */
  announced: () => readonly AnnouncedMessage[];
  /** Takes notifications off the screen. */
  withdraw: (channel: ChannelRef, messageKeys: string[]) => void;
  now: () => number;
  log: Log;
}

type Surface = LeakCheck['surfaces'][number];
const NOTHING = new Set<string>();

/** One check at a time: who asks meanwhile gets the answer of the running one. */
export function createLeakCheck(parts: LeakCheckParts): () => Promise<LeakCheck> {
  let running: Promise<LeakCheck> | null = null;
  return () => {
    running ??= check(parts).finally(() => {
      running = null;
    });
    return running;
  };
}

async function check(parts: LeakCheckParts): Promise<LeakCheck> {
  const { store, log } = parts;
  if (store.readOnly)
    throw new CodedError('readOnly', 'the databases of this account cannot be checked right now');
  const checkedAtMs = parts.now();
  store.checkpoint();
  const databases = openAccountDatabases(parts.accountDir);
  try {
    const before = await databases.inspect();
    const changed = leftovers(before) > 0 ? await databases.repair() : false;
    const after = changed ? await databases.inspect() : before;
    if (changed) databases.vacuum();

    // After the repair, which releases the files of recalled messages.
    const swept = parts.sweepMedia();
    const previews = await previewsWithText(parts);
    const withdrawn = withdrawRecalled(parts);
    const disk = await scanDisk(parts, databases);

    const bySurface: Record<Surface['surface'], Omit<Surface, 'surface'>> = {
      bubbles: judged(before.recalls, before.rowsWithContent, after.rowsWithContent),
      preview: judged(before.previews, previews, previews),
      quotes: judged(
        before.quotes,
        before.quotesWithText + before.jobsLeft,
        after.quotesWithText + after.jobsLeft,
      ),
      search: judged(before.recalls, before.indexed, after.indexed),
      notifications: judged(withdrawn, withdrawn, 0),
      unread: judged(before.recalls, before.rowsCounted, after.rowsCounted),
      media: {
        ...disk.media,
        count: disk.media.count + swept,
        ok: disk.media.ok && after.mediaLeft === 0,
        repaired: swept > 0,
      },
      disk: { ...disk.disk, repaired: disk.disk.repaired || changed },
    };
    const surfaces = LEAK_SURFACES.map((surface) => ({ surface, ...bySurface[surface] }));
    const bad = surfaces.filter(({ ok, repaired }) => !ok || repaired);
    if (bad.length > 0) {
      const names = bad.map(({ surface, ok }) => `${surface} ${ok ? 'repaired' : 'NOT clean'}`).join(', ');
      log('warn', `leak check: ${names}`);
    }
    return {
      checkedAtMs,
      lastRecall: store.messages.recallLog().at(-1) ?? null,
      recalls: before.recalls,
      surfaces,
    };
  } finally {
    databases.close();
  }
}

const judged = (count: number, found: number, left: number): Omit<Surface, 'surface'> => ({
  ok: left === 0,
  count,
  repaired: found > left,
});

function leftovers(findings: Awaited<ReturnType<AccountDatabases['inspect']>>): number {
  const { rowsWithContent, rowsCounted, quotesWithText, jobsLeft, indexed, mediaLeft } = findings;
  return rowsWithContent + rowsCounted + quotesWithText + jobsLeft + indexed + mediaLeft;
}

/** Previews of recalled messages that still have text. */
async function previewsWithText({ store }: LeakCheckParts): Promise<number> {
  return store.conversations
    .list()
    .filter(({ preview }) => preview.recall?.state === 'done' && preview.text !== '').length;
}

/** Withdraws what is announced of recalled messages; returns how many. */
function withdrawRecalled({ store, announced, withdraw }: LeakCheckParts): number {
  let count = 0;
  for (const { channel, messageKey } of announced()) {
    const message = store.messages.get(channel, messageKey);
    if (message?.recall?.state !== 'done') continue;
    count += 1;
    withdraw(channel, [messageKey]);
  }
  return count;
}

interface DiskResult {
  media: Omit<Surface, 'surface'>;
  disk: Omit<Surface, 'surface'>;
}

async function scanDisk(parts: LeakCheckParts, databases: AccountDatabases): Promise<DiskResult> {
  const { accountDir, profileDir, fingerprints, log } = parts;
  const clean = { ok: true, count: 0, repaired: false };
  if (fingerprints.recalls === 0) return { media: clean, disk: clean };
  const isDatabase = (path: string): boolean =>
    dirname(path) === accountDir && /^(cache|outbox)\.db/.test(basename(path));
  const inMedia = (path: string): boolean =>
    [MEDIA_FOLDER, STAGING_FOLDER].some((folder) => path.startsWith(join(accountDir, folder) + sep));

  const scan = await scanFiles(ownFiles(parts), fingerprints);
  let residue = scan.residue;
  let repaired = false;
  const inDatabases = residue.filter(({ path }) => isDatabase(path));
  if (inDatabases.length > 0) {
    // Free pages are the first suspect; what is still there afterwards is in a row.
    databases.vacuum();
    const again = await scanFiles(
      inDatabases.map(({ path }) => path),
      fingerprints,
    );
    const said = again.residue.length > 0 ? await saidElsewhere(databases, fingerprints) : NOTHING;
    const left = again.residue.map((entry) => without(entry, said)).filter((entry) => entry.found.size > 0);
    const foundBefore = new Set(inDatabases.flatMap(({ found }) => [...found]));
    const foundAfter = new Set(again.residue.flatMap(({ found }) => [...found]));
    repaired = [...foundBefore].some((key) => !foundAfter.has(key));
    residue = [...residue.filter(({ path }) => !isDatabase(path)), ...left];
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
async function* ownFiles({ accountDir, profileDir }: LeakCheckParts): AsyncGenerator<string> {
  const inside = accountDir.startsWith(profileDir + sep);
  if (inside) yield* filesIn(profileDir, new Set([dirname(accountDir)]));
  yield* filesIn(accountDir);
}

/** Fingerprints that other messages, drafts or names hold as well: the same words said again are no residue. */
async function saidElsewhere(databases: AccountDatabases, fingerprints: Fingerprints): Promise<Set<string>> {
  const matcher = fingerprints.matcher();
  for await (const texts of databases.liveTexts()) {
    for (const text of texts) {
      matcher.begin();
      matcher.feed(Buffer.from(text, 'utf8'));
    }
  }
  return new Set(matcher.found.keys());
}

function without(entry: FileResidue, keys: ReadonlySet<string>): FileResidue {
  return { ...entry, found: new Set([...entry.found].filter((key) => !keys.has(key))) };
}
