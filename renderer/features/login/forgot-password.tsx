import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextButton } from '../../ui/text-button.tsx';

/** Says who can help: the server has no way to reset a password from here. */
export function ForgotPassword() {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <TextButton onClick={() => setOpen(true)}>{t('login.forgot')}</TextButton>
      {open && (
        <Dialog
          title={t('login.forgot')}
          onClose={() => setOpen(false)}
          footer={
            <Button data-autofocus variant="primary" onClick={() => setOpen(false)}>
              {t('action.ok')}
            </Button>
          }
        >
          {t('login.forgotBody')}
        </Dialog>
      )}
    </>
  );
}
