import { AtSign } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { toldApart } from '../../text/told-apart.ts';
import { RoleTag } from '../../ui/role-tag.tsx';
import type { Candidate } from './mention-candidates.ts';
import { EVERYONE } from '../../state/composer/mention-tokens.ts';
import css from './mention-popup.module.css';

/**
 * Who can be mentioned, over the text field, which keeps the focus and handles the keys (combobox pattern, ui.md 3).
 */
export function MentionPopup({
  id,
  candidates,
  chosen,
  onPick,
  onHover,
}: {
  id: string;
  candidates: readonly Candidate[];
  chosen: number;
  onPick: (candidate: Candidate) => void;
  onHover: (index: number) => void;
}) {
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const details = toldApart(
    candidates.map(({ uid, name, alias, shortNo }) => ({
      id: uid,
      name,
      facts: [alias, shortNo && t('prof.shortNo', { no: shortNo })],
    })),
  );
  return (
    <div ref={list} id={id} role="listbox" className={css['popup']} aria-label={t('composer.mentionList')}>
      {candidates.map((candidate, index) => (
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled in the text field (aria-activedescendant)
        <div
          key={candidate.uid}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className={css['option']}
          // The text field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => onHover(index)}
          onClick={() => onPick(candidate)}
        >
          {candidate.uid === EVERYONE ? (
            <span className={css['everyone']} aria-hidden="true">
              <Icon of={AtSign} size={16} />
            </span>
          ) : (
            <Avatar id={candidate.uid} name={candidate.name} size={28} />
          )}
          <span className={cx('ellipsis', css['name'])}>
            <bdi>{candidate.name}</bdi> <Beside alias={candidate.alias} detail={details.get(candidate.uid)} />
          </span>
          <RoleTag role={candidate.role} />
        </div>
      ))}
    </div>
  );
}

/** The account's own name, and what tells it from another of the same. */
function Beside({ alias, detail = '' }: { alias: string; detail?: string | undefined }) {
  const words = alias === detail ? alias : [alias, detail].filter(Boolean).join(' · ');
  return words === '' ? null : <bdi className={css['alias']}>{words}</bdi>;
}
