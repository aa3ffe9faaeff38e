import { Flame } from 'lucide-react';
import type { FlameView } from '../../../../shared/content/flame.ts';
import { useT } from '../../../i18n/i18n.ts';
import { useServerNow } from '../../../state/session/server-clock.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './message-meta.module.css';

/** How long an open message that burns after reading is still there. */
export function FlameLeft({ flame: { untilMs } }: { flame: FlameView }) {
  const t = useT();
  const nowMs = useServerNow(untilMs === null ? null : 500);
  const seconds = untilMs === null ? null : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  const words = seconds === null ? t('flame.untilLeft') : t('flame.left', { n: seconds });
  return (
    <span className={css['flame']} role="timer" aria-label={words} title={words} data-testid="flame-left">
      <Icon of={Flame} size={14} />
      {seconds}
    </span>
  );
}
