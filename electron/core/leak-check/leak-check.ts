/**
 * The leak check of the settings page: looks for anything of a recalled message on the eight surfaces of ui.md 4 and
 * removes what it can. Content of recalled messages is not kept, so the check goes two ways: by structure (a recalled
 * message must have no content, index entry, quote text, job …) and by fingerprints of what this session erased, in
 * every file of the profile.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import { LEAK_SURFACES, type LeakCheck } from '../../../shared/ipc/contract/recall.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Store } from '../account-store/store-api.ts';
import { AccountInspection, type StructuralFindings } from './account-inspection.ts';
import { checkDisk, type DiskCheckParts } from './disk-check.ts';

/** A notification the shell has on screen, or counts in a folded one. */
export interface AnnouncedMessage {
  channel: ChannelRef;
  messageKey: string;
}

export interface LeakCheckParts extends Omit<DiskCheckParts, 'vacuum' | 'liveTexts'> {
  store: Pick<Store, 'readOnly' | 'checkpoint' | 'vacuum'> & {
    messages: Pick<Store['messages'], 'get' | 'recallLog' | 'eraseLeftovers'>;
    conversations: Pick<Store['conversations'], 'list'>;
  };
  /** Erases every media file that belongs to no message and no job; returns how many there were. */
  sweepMedia: () => number;
  /** What the shell said just before the check. */
  announced: () => readonly AnnouncedMessage[];
  /** Takes notifications off the screen. */
  withdraw: (channel: ChannelRef, messageKeys: string[]) => void;
  now: () => number;
  /** Server time in ms. */
  serverNow: () => number;
}

type Surface = LeakCheck['surfaces'][number];

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
  const { log, store } = parts;
  if (store.readOnly)
    throw new CodedError('readOnly', 'the databases of this account cannot be checked right now');
  const checkedAtMs = parts.now();
  store.checkpoint();
  const inspection = new AccountInspection(parts.accountDir);
  try {
    const before = await inspection.findings(parts.serverNow());
    if (leftovers(before) > 0) {
      store.messages.eraseLeftovers(before.leftovers);
      // What is on its way out of the index is no residue.
      store.checkpoint();
    }
    // In the same turn, to count the files that were given up before whoever else erases them.
    const swept = parts.sweepMedia();
    const after = leftovers(before) > 0 ? await inspection.findings(parts.serverNow()) : before;
    const changed = leftovers(after) < leftovers(before);
    if (changed) store.vacuum();

    const previews = previewsWithText(parts);
    const withdrawn = withdrawRecalled(parts);
    const disk = await checkDisk({
      ...parts,
      vacuum: () => store.vacuum(),
      liveTexts: () => inspection.liveTexts(),
    });

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
      disk: {
        ...disk.disk,
        ok: disk.disk.ok && after.strayStates === 0,
        repaired: disk.disk.repaired || changed,
      },
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
    inspection.close();
  }
}

const judged = (count: number, found: number, left: number): Omit<Surface, 'surface'> => ({
  ok: left === 0,
  count,
  repaired: found > left,
});

function leftovers(findings: StructuralFindings): number {
  const { rowsWithContent, rowsCounted, quotesWithText, jobsLeft, indexed, mediaLeft } = findings;
  return (
    rowsWithContent + rowsCounted + quotesWithText + jobsLeft + indexed + mediaLeft + findings.strayStates
  );
}

/** Previews of recalled messages that say something. */
function previewsWithText({ store }: LeakCheckParts): number {
  return store.conversations
    .list()
    .filter(({ preview }) => preview.recall?.state === 'done' && preview.text !== '').length;
}

/** Withdraws what is announced of messages that are recalled or gone; returns how many. */
function withdrawRecalled({ store, announced, withdraw }: LeakCheckParts): number {
  let count = 0;
  for (const { channel, messageKey } of announced()) {
    const message = store.messages.get(channel, messageKey);
    if (message && message.recall?.state !== 'done') continue;
    count += 1;
    withdraw(channel, [messageKey]);
  }
  return count;
}
