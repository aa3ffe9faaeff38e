import { CodeXml } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import css from './composer-bars.module.css';

/** After a paste of code: as a block, or as it is (more.md 12). */
export function CodeOfferBar({ onBlock, onPlain }: { onBlock: () => void; onPlain: () => void }) {
  const t = useT();
  return (
    <div className={css['offer']} role="group" aria-label={t('code.offer')} data-testid="code-offer">
      <Icon of={CodeXml} size={16} />
      <span>{t('code.offer')}</span>
      <TextButton onClick={onBlock}>{t('code.asBlock')}</TextButton>
      <TextButton onClick={onPlain}>{t('code.asPlain')}</TextButton>
    </div>
  );
}
