import { ArrowLeft, Globe } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { endSignInRequest, useSignInRequest } from '../../state/window/sign-in-request.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { useSession } from '../../state/session/session-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { BrandPanel } from './brand-panel.tsx';
import { LoginForm } from './login-form.tsx';
import type { LoginMode } from './form-errors.ts';
import type { Typed } from './use-login-form.ts';
import css from './login-screen.module.css';

/** Sign in and register. `expired`: the open account's token is no longer accepted. */
export function LoginScreen({ expired }: { expired: boolean }) {
  const t = useT();
  const shell = useSession((state) => state.shell);
  const request = useSignInRequest();
  const [mode, setMode] = useState<LoginMode>('login');
  /** What was typed before switching between sign in and register. */
  const [typed, setTyped] = useState<(Typed & { asked: string | null }) | null>(null);
  if (!shell) return null;
  // What a link asked for meanwhile wins.
  const start: Typed | null =
    typed?.asked === request.server || request.server === null
      ? typed
      : { server: request.server, username: typed?.username ?? '' };
  const known = expired ? shell.account : request.account;
  return (
    <div className={css['screen']}>
      <BrandPanel />
      <main className={css['pane']}>
        {request.open && !expired && (
          <IconButton
            icon={ArrowLeft}
            label={t('action.back')}
            className={css['back']}
            onClick={endSignInRequest}
          />
        )}
        <IconButton
          icon={Globe}
          label={t('net.open')}
          className={css['network']}
          onClick={() => openDialog({ kind: 'network' })}
        />
        <LoginForm
          // Another server by a link, another account of the rail: the form starts anew with it.
          key={`${mode} ${request.server ?? ''} ${request.account?.id ?? ''}`}
          mode={mode}
          onMode={(next, words) => {
            setTyped({ ...words, asked: request.server });
            setMode(next);
          }}
          typed={start}
          shell={shell}
          known={known}
          expired={expired}
        />
      </main>
    </div>
  );
}
