import type { ChangeEvent } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { SmsCode } from './use-sms-code.ts';
import css from './sms-code-field.module.css';

interface SmsCodeFieldProps {
  value: string;
  sms: SmsCode;
  onAsk: () => void;
  onChange: (event: ChangeEvent<HTMLInputElement>) => void;
  error?: string | undefined;
}

/** The code of an SMS, and having it sent. */
export function SmsCodeField({ value, sms, onAsk, onChange, error }: SmsCodeFieldProps) {
  const t = useT();
  const { asking, waitSeconds } = sms;
  return (
    <TextField
      name="code"
      label={t('login.reg.code')}
      value={value}
      maxLength={20}
      inputMode="numeric"
      autoComplete="one-time-code"
      spellCheck={false}
      onChange={onChange}
      error={error}
      help={waitSeconds > 0 ? t('login.reg.codeSent') : undefined}
      noteLines={1}
      trailing={
        <Button
          size="small"
          className={css['ask']}
          busy={asking}
          why={waitSeconds > 0 ? t('login.reg.codeSent') : null}
          onClick={onAsk}
        >
          {waitSeconds > 0 ? t('login.reg.codeWait', { n: waitSeconds }) : t('login.reg.codeGet')}
        </Button>
      }
    />
  );
}
