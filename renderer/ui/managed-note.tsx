import { Building2 } from 'lucide-react';
import { useT } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import css from './managed-note.module.css';

/** Says that an organisation's policy sets what stands above. */
export function ManagedNote() {
  const t = useT();
  return (
    <span className={css['note']}>
      {/* No lock: beside an http address it would say something else. */}
      <Icon of={Building2} size={14} />
      {t('pol.by')}
    </span>
  );
}
