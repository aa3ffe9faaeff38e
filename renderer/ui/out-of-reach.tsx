import { Download, Layers, type LucideIcon, MonitorSmartphone } from 'lucide-react';
import { useT } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import css from './out-of-reach.module.css';

/** Where a recall does not reach, for questions before one. `copies`: merged forwards with it are known here. */
export function OutOfReach({ copies }: { copies: boolean }) {
  const t = useT();
  return (
    <div className={css['reach']} data-testid="out-of-reach">
      <p>{t('reach.title')}</p>
      <ul>
        {copies && <Place icon={Layers} name={t('reach.copies')} />}
        <Place icon={Download} name={t('reach.saved')} />
        <Place icon={MonitorSmartphone} name={t('reach.offline')} />
      </ul>
    </div>
  );
}

function Place({ icon, name }: { icon: LucideIcon; name: string }) {
  return (
    <li>
      <Icon of={icon} size={14} />
      <span>{name}</span>
    </li>
  );
}
