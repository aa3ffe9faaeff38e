import { useT } from '../../i18n/i18n.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { Card, SwitchRow } from '../../ui/card.tsx';
import css from './settings.module.css';

export function NotificationsPage() {
  const t = useT();
  const settings = useSettings();
  return (
    <div className={css['top']}>
      <Card>
        <SwitchRow
          label={t('set.notify.on')}
          checked={settings.notifications}
          onChange={(notifications) => void changeSettings({ notifications })}
        />
        <SwitchRow
          label={t('set.recall.notifyText')}
          detail={t('set.recall.notifyTextHint')}
          checked={settings.notificationText}
          disabled={!settings.notifications}
          onChange={(notificationText) => void changeSettings({ notificationText })}
        />
        <SwitchRow
          label={t('set.notify.sound')}
          checked={settings.notificationSound}
          disabled={!settings.notifications}
          onChange={(notificationSound) => void changeSettings({ notificationSound })}
        />
        <SwitchRow
          label={t('set.notify.badge')}
          checked={settings.badgeCountsMuted}
          onChange={(badgeCountsMuted) => void changeSettings({ badgeCountsMuted })}
        />
      </Card>
    </div>
  );
}
