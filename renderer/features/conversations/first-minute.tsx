import { Copy, Keyboard, RotateCcw, Search, UserPlus, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Me } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { attempt } from '../../state/errors.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { useKeys } from '../../state/window/keys.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import css from './first-minute.module.css';

const loadNothing = async () => null;
const loadProfile = () => call('account.profile', undefined);

/** Nobody is a friend yet: the own number to give away, the way to add somebody, and once three things to know. */
export function FirstMinute({ me }: { me: Me }) {
  const t = useT();
  // Before the server said it, nothing stands there: the user name would change into a number while it is read.
  const { value: profile, failed } = useLoaded(me.shortNo ? loadNothing : loadProfile, me.uid);
  const known = me.shortNo || profile?.shortNo;
  const number = known || (profile !== null || failed ? me.username : null);
  return (
    <section className={css['first']} aria-label={t('first.title', { name: me.name })}>
      <Avatar id={me.uid} name={me.name} size={72} />
      <h1 className={css['title']}>{t('first.title', { name: me.name })}</h1>
      <p className={css['hint']}>{t('first.noHint')}</p>
      {number === null && (
        <div className={css['number']} aria-busy="true">
          <span className={css['label']}>{t('first.no')}</span>
          <span className={css['waiting']} />
        </div>
      )}
      {number && (
        <div className={css['number']}>
          <span className={css['label']}>{t('first.no')}</span>
          <bdi className={css['digits']}>{number}</bdi>
          <IconButton
            icon={Copy}
            label={t('prof.copyNo')}
            size={28}
            iconSize={16}
            onClick={() =>
              void attempt(async () => {
                await call('shell.copyText', { text: number });
                showToast({ text: t('prof.copied'), tone: 'success' });
              })
            }
          />
        </div>
      )}
      <Button variant="primary" icon={UserPlus} onClick={() => openDialog({ kind: 'addFriend' })}>
        {t('first.friend')}
      </Button>
      <Tour />
    </section>
  );
}

function Tour() {
  const t = useT();
  const { tourSeen } = useSettings();
  const keys = useKeys();
  if (tourSeen) return null;
  return (
    <div className={css['tour']}>
      <ul className={css['cards']}>
        <TourCard icon={RotateCcw} title={t('first.recall')} text={t('first.recallText')} />
        <TourCard
          icon={Search}
          title={t('first.search')}
          text={t('first.searchText', { key: keys('palette') })}
        />
        <TourCard
          icon={Keyboard}
          title={t('first.keys')}
          text={t('first.keysText', { region: keys('nextRegion'), list: keys('list') })}
        />
      </ul>
      <Button variant="text" icon={X} onClick={() => void changeSettings({ tourSeen: true })}>
        {t('first.close')}
      </Button>
    </div>
  );
}

function TourCard({ icon, title, text }: { icon: LucideIcon; title: string; text: string }) {
  return (
    <li className={css['card']}>
      <Icon of={icon} size={20} className={css['icon']} />
      <h2 className={css['cardTitle']}>{title}</h2>
      <p className={css['cardText']}>{text}</p>
    </li>
  );
}
