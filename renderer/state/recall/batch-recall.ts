/** Recalling several messages: what may be recalled, and what became of each. Pure. */
import type { MessageView, RecallDenial } from '../../../shared/domain.ts';
import type { RecallPermission } from '../../../shared/policy/recall-policy.ts';
import type { PolicyRefusal } from '../../text/recall-refusal.ts';

export interface BatchPlan {
  allowed: string[];
  refused: { key: string; why: PolicyRefusal }[];
}

export function planBatch(
  messages: readonly MessageView[],
  permission: (message: MessageView) => RecallPermission,
): BatchPlan {
  const plan: BatchPlan = { allowed: [], refused: [] };
  for (const message of messages) {
    const answer = permission(message);
    if (answer.ok) plan.allowed.push(message.key);
    else plan.refused.push({ key: message.key, why: answer });
  }
  return plan;
}

export type Outcome =
  | { state: 'running' }
  | { state: 'done' }
  /** Durable, tried again by itself; others can still see the message. */
  | { state: 'waiting' }
  | { state: 'refused'; reason: RecallDenial };

/**
 * What a message says about its recall; null = nothing new. `deniedBefore`: time of an older refusal of the same
 * message, which is no answer to this recall.
 */
export function outcomeOf(message: MessageView, deniedBefore: number | null): Outcome | null {
  const { recall } = message;
  switch (recall?.state) {
    case 'done':
      return { state: 'done' };
    case 'pending':
      return { state: 'running' };
    case 'queued':
      return { state: 'waiting' };
    case 'denied':
      return recall.atMs === deniedBefore ? null : { state: 'refused', reason: recall.reason };
    default:
      return null;
  }
}

export interface BatchSummary {
  total: number;
  done: number;
  waiting: number;
  running: number;
  /** By the policy or by the server: the message is still visible. */
  refused: number;
}

export function summarise(outcomes: Iterable<Outcome>, refusedByPolicy: number): BatchSummary {
  const summary = { total: refusedByPolicy, done: 0, waiting: 0, running: 0, refused: refusedByPolicy };
  for (const outcome of outcomes) {
    summary.total += 1;
    summary[outcome.state] += 1;
  }
  return summary;
}

/** Equal reasons in one line each, the most frequent first. */
export function groupReasons(reasons: readonly string[]): { why: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const why of reasons) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, n]) => ({ why, n })).sort((a, b) => b.n - a.n);
}
