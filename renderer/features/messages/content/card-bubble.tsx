import { useT } from '../../../i18n/i18n.ts';
import { openProfile } from '../../../state/window/ui-store.ts';
import { useShortNumber } from '../../../state/people/short-numbers.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import css from './card-bubble.module.css';

/** A contact card (more.md 7): a click shows the person's own. */
export function CardBubble({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const { channel, key, content } = message;
  const person = content.kind === 'named' ? content.person : undefined;
  const shortNo = useShortNumber(person?.uid ?? '');
  if (content.kind !== 'named' || !person) return null;
  const name = content.detail;
  return (
    <div className={css['card']} data-testid="contact-card">
      <button
        type="button"
        className={css['main']}
        tabIndex={tabIndex}
        aria-label={t('prof.open', { name })}
        onClick={(event) => openProfile(event.currentTarget, { ...person, card: { channel, key } })}
      >
        <Avatar id={person.uid} name={name} size={44} />
        <span className={css['words']}>
          <span className={css['name']}>
            <bdi>{name}</bdi>
          </span>
          {shortNo && <span className={css['number']}>{t('prof.shortNo', { no: shortNo })}</span>}
        </span>
      </button>
      <div className={css['foot']}>
        <span>{t('prof.personalCard')}</span>
        {meta}
      </div>
    </div>
  );
}
