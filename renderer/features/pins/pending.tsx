import { Clock } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { Icon } from '../../ui/icon.tsx';

/** The server has not taken it yet. */
export function Pending() {
  const t = useT();
  return (
    <>
      <Icon of={Clock} size={14} />
      <span className="visually-hidden">{t('rx.pending')}</span>
    </>
  );
}
