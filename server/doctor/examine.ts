/** Looks at one deployment, row after row, and takes away what it made. */
import { reasonOf } from '../../shared/errors.ts';
import type { ToolOptions } from '../probes/tool-options.ts';
import { settled } from '../probes/within.ts';
import { findBusiness, openWorld, type World } from '../probes/world.ts';
import { accountRows, versions } from './account-rows.ts';
import { type Diagnosis, lookAt, type Row } from './diagnosis.ts';
import { lineRows } from './line-rows.ts';
import { recallRows } from './recall-rows.ts';
import { tlsRow } from './tls-row.ts';

export interface Examination {
  url: string;
  /** Why nothing could be looked at; '' when it could. */
  stopped: string;
  diagnoses: Diagnosis[];
  leftBehind: string[];
  tookMs: number;
}

const ROW_MS = 20_000;
const ENDING_MS = 8_000;

/** Never throws: what went wrong is in the examination. */
export async function examine(options: ToolOptions): Promise<Examination> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(options.limitMs);
  const seen: Examination = { url: options.url, stopped: '', diagnoses: [], leftBehind: [], tookMs: 0 };
  try {
    const { business, config } = await findBusiness(options.url, signal);
    let world: World | null = null;
    let why = '';
    try {
      world = await openWorld({ ...options, signal });
    } catch (error) {
      why = reasonOf(error);
    }
    const alice = world?.alice ?? null;
    const patience = { patienceMs: options.patienceMs, signal };
    const rows: Row[] = [
      { id: 'versions', what: 'what is there', look: () => versions(business, alice) },
      ...lineRows(options, business, alice),
      ...accountRows(business, config, alice),
      ...recallRows(world, why, patience),
    ];
    for (const row of rows.filter(({ id }) => id.startsWith(options.only))) {
      if (signal.aborted) {
        seen.diagnoses.push(timeOver(options.limitMs));
        break;
      }
      const overdue = settled(lookAt(row), ROW_MS + options.patienceMs, row.what);
      seen.diagnoses.push(
        await overdue.catch((error: unknown) =>
          lookAt({
            ...row,
            look: () => {
              throw error;
            },
          }),
        ),
      );
    }
    if (world) {
      await world.end(ENDING_MS);
      seen.leftBehind = world.leftBehind;
    }
  } catch (error) {
    seen.stopped = reasonOf(error);
    // A certificate that nobody takes stops everything, and is the one thing that can be said.
    if (options.url.startsWith('https:') && 'tls'.startsWith(options.only)) {
      const line = await lookAt(tlsRow(options.url));
      if (line.verdict === 'bad' && line.found.startsWith('https')) seen.diagnoses.push(line);
    }
  }
  seen.tookMs = Math.round(performance.now() - startedAt);
  return seen;
}

/** Rows that were not looked at are no good ones. */
function timeOver(limitMs: number): Diagnosis {
  return {
    id: 'time',
    what: 'time of the whole look',
    verdict: 'bad',
    found: `over after ${limitMs / 1000} s, with rows that were not looked at`,
    remedy: 'a server that answers so slowly is looked at with --limit S',
  };
}
