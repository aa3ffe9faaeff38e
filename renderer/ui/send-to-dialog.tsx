import { useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { ActionDialog } from './action-dialog.tsx';
import { type PickEntry, PickList } from './pick-list.tsx';
import { showToast } from './toast.tsx';

const MOST = 9;

interface SendToDialogProps<T extends PickEntry> {
  title: string;
  /** Chats that fit the filter. */
  rows: readonly T[];
  filter: string;
  onFilter: (filter: string) => void;
  /** Sends to one of the picked. */
  send: (to: T) => Promise<unknown>;
  onClose: () => void;
}

/** Into which chats something goes, 9 at most. */
export function SendToDialog<T extends PickEntry>({
  title,
  rows,
  filter,
  onFilter,
  send,
  onClose,
}: SendToDialogProps<T>) {
  const t = useT();
  const [chosen, setPicked] = useState<T[]>([]);
  const closed = new Set(rows.flatMap(({ id, why }) => (why === undefined ? [] : id)));
  // One that closes while the dialog is open is picked no more.
  const picked = chosen.filter(({ id }) => !closed.has(id));
  return (
    <ActionDialog
      title={title}
      actionLabel={t('prof.cardSend')}
      why={picked.length === 0 ? t('why.pick') : null}
      onClose={onClose}
      onAction={async (isOpen) => {
        // One after the other: who has it is not sent it again when a later one fails.
        for (const to of picked) {
          await send(to);
          setPicked((before) => before.filter(({ id }) => id !== to.id));
        }
        showToast({ text: t('prof.cardSent'), tone: 'success' });
        if (isOpen()) onClose();
      }}
    >
      <PickList
        rows={rows}
        picked={picked}
        onChange={setPicked}
        filter={filter}
        onFilter={onFilter}
        max={MOST}
        labels={{
          filter: t('prof.cardFilter'),
          list: t('prof.cardList'),
          picked: (n) => t('group.new.picked', { n }),
          remove: (label) => t('group.new.removePick', { name: label }),
          empty: t('empty.hits', { q: filter }),
        }}
      />
    </ActionDialog>
  );
}
