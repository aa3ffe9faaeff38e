/**
 * What the answer to `message/revoke` means. TSDD has texts only (tsdd-api.md 5.3, wukongim.md E.1); a server may add a
 * machine `code` beside the text, which is then decisive.
 */
import type { RecallDenial } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { RefusedError } from './http.ts';
import { bareText, isServersTrouble } from './server-trouble.ts';

export type RecallOutcome =
  /** Recalled, now or before. `verify`: the server stored it but could not tell the others; read extra/sync again. */
  | { ok: true; verify: boolean }
  /** `doubtful`: it may be none, and is asked for again a few times. */
  | { ok: false; reason: RecallDenial; detail: string; doubtful?: boolean };

const BY_CODE: Record<string, RecallDenial> = {
  recall_too_late: 'late',
  recall_denied: 'denied',
  recall_not_found: 'missing',
  recall_wrong_channel: 'wrongChannel',
  recall_bad_ids: 'rejected',
};

/** Keyed by the text without its closing exclamation mark. */
const BY_TEXT: Record<string, RecallDenial | 'already' | 'committed' | 'retry'> = {
  撤回主键参数错误: 'rejected',
  // Also while a cluster elects: the node that is asked has not caught up (wukongim.md H).
  未查询到撤回消息: 'missing',
  无权限撤回此消息: 'denied',
  新增消息为撤回状态失败: 'already',
  发送撤回消息失败: 'committed',
  查询IM消息错误: 'retry',
};

/** Turns an error of the revoke call into an outcome; rethrows what only says that the server was not reached. */
export function recallOutcomeOf(error: unknown): RecallOutcome {
  if (error instanceof RefusedError) {
    const detail = error.message;
    const coded = error.machineCode === null ? undefined : BY_CODE[error.machineCode];
    if (coded) return { ok: false, reason: coded, detail };
    const known = BY_TEXT[bareText(detail)] ?? 'rejected';
    if (known === 'already') return { ok: true, verify: false };
    if (known === 'committed') return { ok: true, verify: true };
    if (known === 'retry') throw new CodedError('network', detail);
    const doubtful =
      error.machineCode === null &&
      (known === 'missing' || (BY_TEXT[bareText(detail)] === undefined && isServersTrouble(error)));
    return { ok: false, reason: known, detail, ...(doubtful ? { doubtful } : {}) };
  }
  // The route does not exist: asking again cannot help.
  if (error instanceof CodedError && error.code === 'notCompatible') {
    return { ok: false, reason: 'rejected', detail: error.message };
  }
  throw error;
}
