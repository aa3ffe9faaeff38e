import { useId } from 'react';
import { DEFAULT_ZONE, PHONE_ZONES } from '../../../shared/phone-number.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import css from './zone-select.module.css';

interface ZoneSelectProps {
  /** `0086` … */
  value: string;
  onChange: (zone: string) => void;
}

/** Country or region of a phone number that was typed without its code. */
export function ZoneSelect({ value, onChange }: ZoneSelectProps) {
  const t = useT();
  const language = useLanguage();
  const id = useId();
  const names = new Intl.DisplayNames(language === 'zh' ? 'zh-CN' : 'en', { type: 'region' });
  return (
    <div className={css['zone']}>
      <label htmlFor={id}>{t('login.zone')}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value || DEFAULT_ZONE)}>
        {PHONE_ZONES.map(({ zone, region }) => (
          <option key={zone} value={zone}>
            {names.of(region)} +{zone.slice(2)}
          </option>
        ))}
      </select>
    </div>
  );
}
