import { useState } from 'react';
import { cleanName } from '../../../shared/display-name.ts';
import { MAX_TAG_LENGTH } from '../../../shared/ipc/contract/accounts.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useAccounts } from '../../state/session/accounts.ts';
import { closeDialog } from '../../state/window/ui-store.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** What an account is called on this computer, beside its name. */
export function AccountTagDialog({ id }: { id: string }) {
  const t = useT();
  const account = useAccounts().find((each) => each.id === id);
  const [tag, setTag] = useState(account?.tag ?? '');
  return (
    <ActionDialog
      title={t('acct.rename')}
      actionLabel={t('action.save')}
      why={account === undefined ? t('acct.gone') : null}
      onAction={async (isOpen) => {
        const words = cleanName(tag);
        await call('accounts.describe', { id, tag: words === '' ? null : words });
        if (isOpen()) closeDialog();
      }}
      onClose={closeDialog}
    >
      {(save) => (
        <TextField
          data-autofocus
          label={t('acct.tag')}
          help={t('acct.tagHelp')}
          size="small"
          value={tag}
          maxLength={MAX_TAG_LENGTH}
          autoComplete="off"
          onChange={(event) => setTag(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Else the key press would go on to the button that gets the focus back.
            event.preventDefault();
            save();
          }}
        />
      )}
    </ActionDialog>
  );
}
