import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { type GroupPage, infoRowId, openInfoPage } from '../../state/window/ui-store.ts';
import { ActionRow } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import css from './group-info.module.css';

/** A row of the info pane that leads to a page of it, with what stands there in short. */
export function PageRow({ page, label, value }: { page: GroupPage; label: string; value?: ReactNode }) {
  return (
    <ActionRow
      id={infoRowId(page)}
      label={label}
      trailing={
        <span className={css['trailing']}>
          {value}
          <Icon of={ChevronRight} size={14} />
        </span>
      }
      onClick={() => openInfoPage(page)}
    />
  );
}
