import { isolated } from '../../../shared/display-name.ts';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { showSessionEnd } from '../../state/session-end.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './recent-accounts.module.css';

const SHOWN = 4;

interface RecentAccountsProps {
  accounts: readonly AccountEntry[];
  chosen: string | null;
  demoServer: string | null;
  disabled: boolean;
  onPick: (entry: AccountEntry) => void;
}

/** A click fills the form; × forgets the account and its cache, after asking. */
export function RecentAccounts({ accounts, chosen, demoServer, disabled, onPick }: RecentAccountsProps) {
  const t = useT();
  const [forgetting, setForgetting] = useState<AccountEntry | null>(null);
  return (
    <section aria-label={t('login.recent')}>
      <div className={css['separator']}>{t('login.recent')}</div>
      <ul className={css['cards']}>
        {accounts.slice(0, SHOWN).map((entry) => {
          const place = entry.server === demoServer ? t('login.demo') : hostOf(entry.server);
          return (
            <li key={entry.id} className={cx(css['card'], entry.id === chosen && css['chosen'])}>
              <button
                type="button"
                disabled={disabled}
                aria-pressed={entry.id === chosen}
                className={css['pick']}
                onClick={() => onPick(entry)}
              >
                <Avatar id={entry.uid} name={entry.name} size={32} />
                <span className={css['words']}>
                  <bdi className={cx(css['name'], 'ellipsis')}>{entry.name}</bdi>
                  <span className={cx(css['place'], 'ellipsis')}>
                    <bdi>{place}</bdi>
                  </span>
                </span>
              </button>
              <button
                type="button"
                disabled={disabled}
                className={css['forget']}
                aria-label={t('words.of', {
                  what: t('login.forget'),
                  whom: t('words.and', { a: isolated(entry.name), b: place }),
                })}
                onClick={() => setForgetting(entry)}
              >
                <Icon of={X} size={14} />
              </button>
            </li>
          );
        })}
      </ul>
      {forgetting && (
        <ConfirmDialog
          title={t('login.forgetTitle', { name: forgetting.name })}
          confirmLabel={t('login.forgetAct')}
          danger
          onCancel={() => setForgetting(null)}
          onConfirm={async () => {
            const { id } = forgetting;
            showSessionEnd(await call('shell.forgetAccount', { id }));
            setForgetting(null);
          }}
        >
          {t('login.forgetBody')}
        </ConfirmDialog>
      )}
    </section>
  );
}

function hostOf(server: string): string {
  try {
    return new URL(server).host;
  } catch {
    return server;
  }
}
