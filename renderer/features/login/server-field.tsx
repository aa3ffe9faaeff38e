import { Check, Server } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ProbeNote } from './probe-note.tsx';
import type { ProbeState } from './use-server-probe.ts';
import css from './server-field.module.css';

interface ServerFieldProps extends Pick<ComponentProps<typeof TextField>, 'onChange' | 'error'> {
  value: string;
  probe: ProbeState;
  /** Offered with one click, unless it is what stands in the field. */
  demoServer: string | null;
  onDemo: (server: string) => void;
  /** An organisation allows this one only. */
  locked: boolean;
}

/** The address of the server, and what a probe of it says. */
export function ServerField({ value, probe, demoServer, onDemo, locked, ...field }: ServerFieldProps) {
  const t = useT();
  return (
    <div className={css['server']}>
      <TextField
        {...field}
        name="server"
        label={t('login.server')}
        icon={Server}
        value={value}
        readOnly={locked}
        maxLength={500}
        inputMode="url"
        spellCheck={false}
        autoComplete="url"
        help={probe.state === 'idle' ? undefined : <ProbeNote probe={probe} />}
        noteLines={3}
        // Its place is kept: the field has the same width whatever the server says.
        trailing={
          <Icon of={Check} size={16} className={cx(css['ok'], probe.state !== 'ok' && css['notYet'])} />
        }
      />
      {locked && <ManagedNote />}
      {!locked && demoServer !== null && value.trim() !== demoServer && (
        <button type="button" className={css['chip']} onClick={() => onDemo(demoServer)}>
          {t('login.demo')}
        </button>
      )}
    </div>
  );
}
