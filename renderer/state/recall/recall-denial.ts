/** Why the server refused a recall, in words. */
import type { MessageView, RecallDenial } from '../../../shared/domain.ts';
import type { Translate } from '../../i18n/i18n.ts';
import { useSession } from '../session/session-store.ts';
import { limitMinutes } from '../../text/recall-refusal.ts';

/** ui.md 5: the line under the bubble stays this long, the ring around it this long. */
export const DENIED_LINE_MS = 8_000;

/** `short` for a toast, which may not claim anything about a message that is not on screen. */
export function denialText(reason: RecallDenial, t: Translate, short = false): string {
  switch (reason) {
    case 'late': {
      const seconds = useSession.getState().rules?.revokeSecond ?? 120;
      return t(short ? 'recall.fail.lateShort' : 'recall.fail.late', { n: limitMinutes(seconds) });
    }
    case 'denied':
      return t('recall.fail.denied');
    case 'missing':
      return t('recall.fail.missing');
    case 'wrongChannel':
    case 'rejected':
      return t('recall.fail.rejected');
    default:
      return reason satisfies never;
  }
}

/** ms for which the refusal of this message is still shown; 0 = not (any more). */
export function denialLeftMs(message: MessageView, nowMs: number): number {
  if (message.recall?.state !== 'denied') return 0;
  return Math.max(0, message.recall.atMs + DENIED_LINE_MS - nowMs);
}
