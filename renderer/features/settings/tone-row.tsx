import { Play } from 'lucide-react';
import { useId } from 'react';
import { APP_SOUNDS, TONES } from '../../../shared/chat-notice.ts';
import { useT } from '../../i18n/i18n.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { CardRow } from '../../ui/card.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { playTone } from '../../ui/tones.ts';
import css from './tone-row.module.css';

/** Which sound, of chats that have none of their own; heard when it is chosen. */
export function ToneRow() {
  const t = useT();
  const id = useId();
  const { notifications, notificationSound, notificationTone } = useSettings();
  const why = notifications
    ? notificationSound
      ? null
      : t('set.notify.needsSound')
    : t('set.notify.needsOn');
  const tone = TONES.find((each) => each === notificationTone);
  return (
    <CardRow
      label={<label htmlFor={id}>{t('set.notify.tone')}</label>}
      detail={<span id={`${id}-detail`}>{why ?? t('set.notify.toneHint')}</span>}
    >
      <span className={css['choice']}>
        <IconButton
          icon={Play}
          size={28}
          iconSize={14}
          label={t('notice.listen')}
          why={tone === undefined ? t('notice.silent') : null}
          onClick={() => tone && playTone(tone)}
        />
        <select
          id={id}
          className={css['select']}
          value={notificationTone}
          disabled={why !== null}
          aria-describedby={`${id}-detail`}
          onChange={(event) => {
            const chosen = APP_SOUNDS.find((option) => option === event.target.value);
            if (!chosen) return;
            void changeSettings({ notificationTone: chosen });
            const played = TONES.find((each) => each === chosen);
            if (played) playTone(played);
          }}
        >
          {APP_SOUNDS.map((option) => (
            <option key={option} value={option}>
              {t(`notice.sound.${option}`)}
            </option>
          ))}
        </select>
      </span>
    </CardRow>
  );
}
