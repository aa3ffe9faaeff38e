import { useEffect, useState } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { denialLeftMs, denialText } from '../../../state/recall/recall-denial.ts';
import { serverNow } from '../../../state/session/server-clock.ts';

/** The refusal of an own recall: amber ring for 2 s, line with the reason for 8 s. */
export function useDenied(message: MessageView | null): { ring: boolean; line: string | null } {
  const t = useT();
  const [, tick] = useState(0);
  const left = message ? denialLeftMs(message, serverNow()) : 0;
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = window.setTimeout(() => tick((n) => n + 1), left + 20);
    return () => window.clearTimeout(timer);
  }, [left]);
  if (left <= 0 || message?.recall?.state !== 'denied') return { ring: false, line: null };
  return { ring: true, line: denialText(message.recall.reason, t) };
}
