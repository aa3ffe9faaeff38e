import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { closeProfile, openDialog } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import css from './profile-card.module.css';

const MAX_REMARK = 200;

/** Asks somebody who is no friend: first the button, then a word to go with it. */
export function AddFriendForm({ uid, vercode, icon }: { uid: string; vercode: string; icon: LucideIcon }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const [remark, setRemark] = useState('');
  const [busy, setBusy] = useState(false);
  const { problem, run } = useProblem();
  if (!asking)
    return (
      <Button
        variant="primary"
        icon={icon}
        className={css['wide']}
        onClick={() => {
          if (vercode !== '') {
            setAsking(true);
            return;
          }
          // The server gives no leave to ask from here: by their number it does.
          closeProfile();
          openDialog({ kind: 'addFriend' });
        }}
      >
        {t('contacts.add')}
      </Button>
    );
  const send = async (): Promise<void> => {
    if (busy || overBy(remark, MAX_REMARK) > 0) return;
    setBusy(true);
    if (await run(() => call('contacts.apply', { uid, vercode, remark: remark.trim() }))) {
      showToast({ text: t('contacts.applied'), tone: 'success' });
      closeProfile();
    } else setBusy(false);
  };
  return (
    <form
      className={css['ask']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextField
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that had the focus
        autoFocus
        label={t('contacts.applyRemark')}
        hideLabel
        placeholder={t('contacts.applyRemark')}
        size="small"
        value={remark}
        maxLength={MAX_REMARK}
        onChange={(event) => setRemark(event.target.value)}
      />
      <Button type="submit" variant="primary" busy={busy}>
        {t('contacts.apply')}
      </Button>
      <ProblemLine problem={problem} />
    </form>
  );
}
