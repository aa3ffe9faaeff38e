import { Flame } from 'lucide-react';
import { memo } from 'react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './composer-bars.module.css';

/** What is sent here burns after reading: said where it is written. */
export const FlameNote = memo(function FlameNote({ info }: { info: ChannelInfoView | undefined }) {
  const t = useT();
  if (!info?.flame) return null;
  const { flameSeconds: n } = info;
  return (
    <div className={css['flame']} role="note" data-testid="flame-note">
      <Icon of={Flame} size={14} />
      {n === 0 ? t('composer.flameLeave') : t('composer.flame', { n })}
    </div>
  );
});
