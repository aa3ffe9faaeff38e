import { useEffect, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextButton } from '../../ui/text-button.tsx';

/**
 * Leads to a new password by SMS; or says who can help, where the server has no such way (`onReset` null). It may have
 * been asked before the server told what it has: then it leads there as soon as that is known.
 */
export function ForgotPassword({ onReset }: { onReset: (() => void) | null }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) onReset?.();
  }, [open, onReset]);
  return (
    <>
      <TextButton onClick={onReset ?? (() => setOpen(true))}>{t('login.forgot')}</TextButton>
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
