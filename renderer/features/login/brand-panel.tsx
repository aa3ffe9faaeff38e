import { Clock, MonitorSmartphone, ShieldCheck } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { Icon } from '../../ui/icon.tsx';
import { Logo } from '../../ui/logo.tsx';
import css from './brand-panel.module.css';

export function BrandPanel() {
  const t = useT();
  return (
    <aside className={css['brand']} aria-label={t('app.name')}>
      <Logo size={520} className={css['mark']} />
      <div className={css['name']}>
        <Logo size={36} className={css['gold']} />
        {t('app.name')}
      </div>
      <p className={css['title']}>{t('login.brand.title')}</p>
      <p className={css['lead']}>{t('login.brand.lead')}</p>
      <ul className={css['points']}>
        <li>
          <Icon of={ShieldCheck} size={16} className={css['gold']} />
          {t('login.brand.server')}
        </li>
        <li>
          <Icon of={Clock} size={16} className={css['gold']} />
          {t('login.brand.clock')}
        </li>
        <li>
          <Icon of={MonitorSmartphone} size={16} className={css['gold']} />
          {t('login.brand.devices')}
        </li>
      </ul>
    </aside>
  );
}
