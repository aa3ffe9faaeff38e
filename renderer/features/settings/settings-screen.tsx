import {
  Activity,
  Bell,
  Database,
  Info,
  Keyboard,
  Lock,
  Globe,
  MonitorSmartphone,
  RotateCcw,
  Settings,
  Sun,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { type SettingsPage, SETTINGS_PAGES, openSettings, useUi } from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { MainRegion } from '../../ui/main-region.tsx';
import { AboutPage } from './about-page.tsx';
import { AccountPage } from './account-page.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { DiagnosticsPage } from './diagnostics-page.tsx';
import { GeneralPage } from './general-page.tsx';
import { LockPage } from './lock-page.tsx';
import { NetworkPage } from './network-page.tsx';
import { NotificationsPage } from './notifications-page.tsx';
import { RecallPage } from './recall-page.tsx';
import { ShortcutsPage } from './shortcuts-page.tsx';
import { StoragePage } from './storage-page.tsx';
import css from './settings.module.css';

const PAGES: Record<SettingsPage, { icon: LucideIcon; page: () => ReactNode }> = {
  general: { icon: Settings, page: GeneralPage },
  notifications: { icon: Bell, page: NotificationsPage },
  appearance: { icon: Sun, page: AppearancePage },
  recall: { icon: RotateCcw, page: RecallPage },
  shortcuts: { icon: Keyboard, page: ShortcutsPage },
  account: { icon: MonitorSmartphone, page: AccountPage },
  lock: { icon: Lock, page: LockPage },
  network: { icon: Globe, page: NetworkPage },
  storage: { icon: Database, page: StoragePage },
  diagnostics: { icon: Activity, page: DiagnosticsPage },
  about: { icon: Info, page: AboutPage },
};

export function SettingsScreen() {
  const t = useT();
  const current = useUi((state) => state.settingsPage);
  const Page = PAGES[current].page;
  return (
    <>
      <nav className={css['nav']} aria-label={t('set.title')} data-region="list">
        <h2 className={css['heading']}>{t('set.title')}</h2>
        {SETTINGS_PAGES.map((id) => (
          <button
            key={id}
            type="button"
            aria-current={id === current ? 'page' : undefined}
            data-region-entry={id === current ? '' : undefined}
            className={cx(css['link'], id === current && css['on'])}
            onClick={() => openSettings(id)}
          >
            <Icon of={PAGES[id].icon} />
            <span className={css['linkText']}>{t(`set.${id}`)}</span>
          </button>
        ))}
      </nav>
      <MainRegion label={t(`set.${current}`)} className={css['main']} scrolls>
        <div className={css['column']}>
          <h1 className={css['title']}>{t(`set.${current}`)}</h1>
          <Page />
        </div>
      </MainRegion>
    </>
  );
}
