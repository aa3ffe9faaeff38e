/** What a check is, and what came of it. */
import type { World } from '../probes/world.ts';

export type Chapter = 'account' | 'wire' | 'message' | 'recall' | 'sync' | 'group' | 'stricter';

export interface Check {
  /** `chapter.what-it-is`: stays the same, for whoever compares runs. */
  id: string;
  /** What a server does that passes, as a sentence without a subject: "the server …". */
  title: string;
  /** @throws Shortcoming when the server falls short, NotTried when it cannot be told here */
  run: (world: World) => Promise<void>;
}

export interface Finding {
  id: string;
  chapter: Chapter;
  title: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; '' when it passed. */
  reason: string;
  tookMs: number;
}
