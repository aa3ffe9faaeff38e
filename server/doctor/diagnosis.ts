/** One row of the doctor's table. */
import { reasonOf } from '../../shared/errors.ts';
import { NotTried } from '../probes/shortcoming.ts';

export interface Diagnosis {
  /** Stays the same, for whoever compares runs. */
  id: string;
  /** What was looked at. */
  what: string;
  /** `note`: worth knowing, and no fault by itself. `unknown`: could not be told from here. */
  verdict: 'good' | 'note' | 'bad' | 'unknown';
  /** What was seen. */
  found: string;
  /** What to do about it; '' when there is nothing to do. */
  remedy: string;
}

export type Seen = Pick<Diagnosis, 'verdict' | 'found'> & { remedy?: string };

export interface Row {
  id: string;
  what: string;
  look: () => Promise<Seen> | Seen;
}

export const good = (found: string): Seen => ({ verdict: 'good', found });
export const note = (found: string, remedy: string): Seen => ({ verdict: 'note', found, remedy });
export const bad = (found: string, remedy: string): Seen => ({ verdict: 'bad', found, remedy });
export const unknown = (found: string, remedy = ''): Seen => ({ verdict: 'unknown', found, remedy });

/**
 * The row. What cannot be tried here is unknown; a server that fails in another way than the row knows has to be
 * mended.
 */
export async function lookAt({ id, what, look }: Row): Promise<Diagnosis> {
  try {
    return { id, what, remedy: '', ...(await look()) };
  } catch (error) {
    if (error instanceof NotTried) return { id, what, verdict: 'unknown', found: error.message, remedy: '' };
    const remedy = 'see the log of the server, and whether `npm run test:server` says more';
    return { id, what, verdict: 'bad', found: `could not be seen: ${reasonOf(error)}`, remedy };
  }
}
