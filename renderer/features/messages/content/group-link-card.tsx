import { UsersRound } from 'lucide-react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { openDialog } from '../../../state/window/ui-store.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './card-bubble.module.css';

/**
 * A group's code of the own server in a message: a way to join (more.md 8). Nothing in the words is believed: name and
 * members are asked of the server.
 */
export function GroupLinkCard({
  message: { channel, key },
  link,
  tabIndex,
}: {
  message: MessageView;
  link: string;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  return (
    <span className={css['group']} data-testid="group-card">
      <Icon of={UsersRound} size={16} />
      <span className={css['groupTitle']}>{t('grp.cardTitle')}</span>
      <button
        type="button"
        className={css['join']}
        tabIndex={tabIndex}
        onClick={(event) => {
          // A click on the row selects it while several are being selected.
          event.stopPropagation();
          openDialog({ kind: 'joinGroup', link, message: { channel, key } });
        }}
      >
        {t('grp.cardJoin')}
      </button>
    </span>
  );
}
