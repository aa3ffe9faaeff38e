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
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import {
  type SettingsPage,
  SETTINGS_PAGES,
  leaveSettings,
  turnSettingsTo,
  useUi,
} from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { MainRegion } from '../../ui/main-region.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
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
  const nav = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const opened = useUi((state) => state.settingsFocus);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- whenever a page is asked for
  useEffect(() => heading.current?.focus(), [opened]);
  useLeave(nav);
  const at = SETTINGS_PAGES.indexOf(current);
  const moveTo = (index: number): void => {
    const page = SETTINGS_PAGES[index];
    if (!page) return;
    turnSettingsTo(page);
    nav.current?.querySelectorAll<HTMLElement>('button')[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    takeRovingKey(event, { count: SETTINGS_PAGES.length, at, wrap: true, edges: true, moveTo });
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the links inside */}
      <nav
        ref={nav}
        className={css['nav']}
        aria-label={t('set.title')}
        data-region="list"
        onKeyDown={onKeyDown}
      >
        <h2 className={css['heading']}>{t('set.title')}</h2>
        {SETTINGS_PAGES.map((id) => (
          <button
            key={id}
            type="button"
            aria-current={id === current ? 'page' : undefined}
            // One stop: arrows go from page to page.
            tabIndex={id === current ? 0 : -1}
            data-region-entry={id === current ? '' : undefined}
            className={cx(css['link'], id === current && css['on'])}
            onClick={(event) => {
              turnSettingsTo(id);
              // Enter goes on into the page; a click leaves the arrows here.
              if (event.detail === 0) heading.current?.focus();
            }}
          >
            <Icon of={PAGES[id].icon} />
            <span className={css['linkText']}>{t(`set.${id}`)}</span>
          </button>
        ))}
      </nav>
      <MainRegion label={t(`set.${current}`)} className={css['main']} scrolls>
        <div className={css['column']}>
          <h1 ref={heading} tabIndex={-1} className={css['title']}>
            {t(`set.${current}`)}
          </h1>
          <Page />
        </div>
      </MainRegion>
    </>
  );
}

/**
 * Esc leaves the settings; out of a field it only goes back to the list of pages: what is typed there is not thrown
 * away by one key.
 */
function useLeave(nav: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[aria-modal="true"], [role="menu"], [role="dialog"]')) return;
      event.preventDefault();
      const { target } = event;
      const isField =
        target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea');
      if (isField) nav.current?.querySelector<HTMLElement>('[aria-current="page"]')?.focus();
      else leaveSettings();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [nav]);
}
