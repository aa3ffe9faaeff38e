import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { Card } from '../../ui/card.tsx';
import { QuietHoursCard } from './quiet-hours-card.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import { ToneRow } from './tone-row.tsx';
import css from './settings.module.css';

export function NotificationsPage() {
  const t = useT();
  const settings = useSettings();
  const off = settings.notifications ? null : t('set.notify.needsOn');
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  return (
    <div className={css['top']}>
      <Card>
        <SettingSwitch of="notifications" label={t('set.notify.on')} />
        <SettingSwitch
          of="notificationText"
          label={t('set.recall.notifyText')}
          detail={t('set.recall.notifyTextHint')}
          why={off}
        />
        <SettingSwitch of="notificationSound" label={t('set.notify.sound')} why={off} />
        <ToneRow />
        <SettingSwitch
          of="requestAttention"
          label={t(mac ? 'set.notify.attentionMac' : 'set.notify.attention')}
          why={off}
        />
        <SettingSwitch of="badgeCountsMuted" label={t('set.notify.badge')} />
      </Card>
      <div className={css['more']}>
        <QuietHoursCard />
      </div>
    </div>
  );
}
