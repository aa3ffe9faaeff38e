import { useState } from 'react';
import type { ContactView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { closeDialog, openChannel } from '../../state/window/ui-store.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PeoplePicker } from './people-picker.tsx';

/** The server takes no longer one. */
const MAX_NAME = 40;

export function NewGroupDialog() {
  const t = useT();
  const [picked, setPicked] = useState<ContactView[]>([]);
  const [name, setName] = useState('');
  const create = async (isOpen: () => boolean): Promise<void> => {
    const { channel, dropped } = await call('groups.create', {
      memberUids: picked.map((entry) => entry.uid),
      name: name.trim(),
    });
    if (isOpen()) {
      closeDialog();
      openChannel(channel, { focusComposer: true });
    }
    if (dropped > 0) showToast({ text: t('group.dropped', { n: dropped }) });
  };
  return (
    <ActionDialog
      title={t('group.new.title')}
      closeButton
      actionLabel={t('group.new.create')}
      why={picked.length === 0 ? t('why.pick') : overBy(name, MAX_NAME) > 0 ? t('why.tooLong') : null}
      onAction={create}
      onClose={closeDialog}
    >
      {(act) => (
        <>
          <PeoplePicker picked={picked} onChange={setPicked} />
          <ActForm act={act}>
            <TextField
              label={t('group.new.name')}
              size="small"
              value={name}
              maxLength={MAX_NAME}
              onChange={(event) => setName(event.target.value)}
            />
          </ActForm>
        </>
      )}
    </ActionDialog>
  );
}
