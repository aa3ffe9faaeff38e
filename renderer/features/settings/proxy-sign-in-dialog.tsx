import { useState } from 'react';
import type { NetworkState } from '../../../shared/ipc/contract/network.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { TextField } from '../../ui/text-field.tsx';
import css from './proxy-sign-in-dialog.module.css';

/** A proxy waits for a user name and password: asked wherever the user is, once, until it is put off. */
export function ProxySignIn() {
  const asking = useSession((state) => state.shell?.network.asking ?? null);
  return asking && <Question key={`${asking.proxy} ${asking.refused}`} {...asking} />;
}

function Question({ proxy, refused, user: before }: NonNullable<NetworkState['asking']>) {
  const t = useT();
  const canRemember = useSession((state) => state.shell?.network.canRemember ?? false);
  const [user, setUser] = useState(before);
  const [password, setPassword] = useState('');
  const [remember, setRemember] = useState(false);
  return (
    <ActionDialog
      title={t('net.ask.title')}
      actionLabel={t('net.ask.action')}
      why={user.trim() === '' ? t('net.ask.noUser') : null}
      onClose={() => void attempt(() => call('network.putOffSignIn', undefined))}
      onAction={() => call('network.signIn', { proxy, user: user.trim(), password, remember })}
    >
      {(act) => (
        <ActForm className={css['form']} act={act}>
          <p role={refused ? 'alert' : undefined}>
            {t(refused ? 'net.ask.refused' : 'net.ask.body', { proxy })}
          </p>
          <TextField
            data-autofocus={before === '' ? true : undefined}
            label={t('net.ask.user')}
            name="proxyUser"
            size="small"
            spellCheck={false}
            value={user}
            maxLength={255}
            onChange={(event) => setUser(event.target.value)}
          />
          <TextField
            data-autofocus={before === '' ? undefined : true}
            label={t('net.ask.password')}
            name="proxyPassword"
            type="password"
            size="small"
            value={password}
            maxLength={255}
            onChange={(event) => setPassword(event.target.value)}
          />
          {canRemember && (
            <Checkbox checked={remember} onChange={setRemember}>
              {t('net.ask.remember')}
            </Checkbox>
          )}
        </ActForm>
      )}
    </ActionDialog>
  );
}
