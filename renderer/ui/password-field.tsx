import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import { TextField } from './text-field.tsx';
import css from './password-field.module.css';

/** A field whose words can be shown. */
export function PasswordField(props: ComponentProps<typeof TextField>) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      maxLength={200}
      {...props}
      type={shown ? 'text' : 'password'}
      trailing={
        <button
          type="button"
          className={css['reveal']}
          aria-label={t(shown ? 'login.hide' : 'login.reveal')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon of={shown ? EyeOff : Eye} size={16} />
        </button>
      }
    />
  );
}
