import { useT } from '../../i18n/i18n.ts';
import { useSettings } from '../../state/session/settings.ts';
import { Card } from '../../ui/card.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

export function NotificationsPage() {
  const t = useT();
  const settings = useSettings();
  return (
    <div className={css['top']}>
      <Card>
        <SettingSwitch of="notifications" label={t('set.notify.on')} />
        <SettingSwitch
          of="notificationText"
          label={t('set.recall.notifyText')}
          detail={t('set.recall.notifyTextHint')}
          disabled={!settings.notifications}
        />
        <SettingSwitch
          of="notificationSound"
          label={t('set.notify.sound')}
          disabled={!settings.notifications}
        />
        <SettingSwitch of="badgeCountsMuted" label={t('set.notify.badge')} />
      </Card>
    </div>
  );
}
