import { Flame } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { canOpen, openFlame } from '../../../state/messages/flames.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import css from './covered-bubble.module.css';

/** A message that burns after reading and is not open: nothing of it is here but that it is one. */
export function CoveredBubble({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const [opening, setOpening] = useState(false);
  const { channel, content, key, messageId } = message;
  const icon = opening ? <Spinner size={16} /> : <Icon of={Flame} size={16} />;
  if (!canOpen(message)) {
    const elsewhere = content.kind === 'covered' && content.of !== 'text' && messageId !== null;
    return (
      <div className={css['covered']} data-testid="covered">
        {icon}
        <span>{t(elsewhere ? 'flame.onPhone' : 'flame.coverOnly')}</span>
        {meta}
      </div>
    );
  }
  const open = async (): Promise<void> => {
    setOpening(true);
    await openFlame({ channel, key });
    setOpening(false);
  };
  return (
    <div className={css['covered']} data-testid="covered">
      <button
        type="button"
        className={css['open']}
        tabIndex={tabIndex}
        aria-busy={opening || undefined}
        onClick={() => void open()}
      >
        {icon}
        <span>{t('flame.cover')}</span>
      </button>
      {meta}
    </div>
  );
}
