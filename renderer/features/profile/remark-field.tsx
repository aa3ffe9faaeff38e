import { Check } from 'lucide-react';
import { useRef, useState } from 'react';
import { cleanName } from '../../../shared/display-name.ts';
import { MAX_REMARK, type ProfileView } from '../../../shared/ipc/contract/people.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { useWrongField } from '../../ui/wrong-field.ts';

/** What I call them: Enter saves, Esc takes what was typed back. */
export function RemarkField({ profile, onSaved }: { profile: ProfileView; onSaved: () => void }) {
  const t = useT();
  const [text, setText] = useState(profile.remark);
  const [busy, setBusy] = useState(false);
  const { problem, run, clear } = useProblem();
  const form = useRef<HTMLFormElement>(null);
  useWrongField(form, busy);
  const remark = cleanName(text);
  const changed = remark !== profile.remark && overBy(text, MAX_REMARK) === 0;
  const save = async (): Promise<void> => {
    if (!changed || busy) return;
    setBusy(true);
    if (await run(() => call('people.setRemark', { uid: profile.uid, remark }))) onSaved();
    setBusy(false);
  };
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label={t('prof.remark')}
        size="small"
        value={text}
        maxLength={MAX_REMARK}
        spellCheck={false}
        error={problem?.text}
        onChange={(event) => {
          setText(event.target.value);
          clear();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === profile.remark) return;
          event.preventDefault();
          event.stopPropagation();
          setText(profile.remark);
        }}
        trailing={
          changed ? (
            <IconButton
              icon={Check}
              label={t('prof.remarkSave')}
              size={28}
              iconSize={16}
              aria-busy={busy || undefined}
              onClick={() => void save()}
            />
          ) : undefined
        }
      />
    </form>
  );
}
