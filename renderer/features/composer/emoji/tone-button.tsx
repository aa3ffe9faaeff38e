import { useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import css from './emoji-panel.module.css';

/** Yellow, then light to dark. */
const HANDS = ['✋', '✋🏻', '✋🏼', '✋🏽', '✋🏾', '✋🏿'] as const;

/** The skin tone of all emoji that have one. */
export function ToneButton({ tone, onChange }: { tone: number; onChange: (tone: number) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const choose = (next: number): void => {
    onChange(next);
    setOpen(false);
  };
  return (
    <span className={css['tone']}>
      {open && (
        <span role="radiogroup" aria-label={t('emoji.tone')} className={css['tones']}>
          {HANDS.map((hand, index) => (
            <button
              key={hand}
              type="button"
              role="radio"
              aria-checked={index === tone}
              aria-label={t('emoji.toneN', { n: index })}
              className={css['category']}
              onClick={() => choose(index)}
            >
              {hand}
            </button>
          ))}
        </span>
      )}
      <button
        type="button"
        className={css['category']}
        aria-label={t('emoji.tone')}
        title={t('emoji.tone')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {HANDS[tone] ?? HANDS[0]}
      </button>
    </span>
  );
}
