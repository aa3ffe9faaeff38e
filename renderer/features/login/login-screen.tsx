import { ArrowLeft, Globe } from 'lucide-react';
import { useState } from 'react';
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { SignInStep } from '../../../shared/ipc/contract/sign-in.ts';
import { DEFAULT_REGION } from '../../../shared/phone-zones.ts';
import { useT } from '../../i18n/i18n.ts';
import { enterSignedIn } from '../../state/session-lifecycle.ts';
import { useSession } from '../../state/session/session-store.ts';
import { endSignInRequest, useSignInRequest } from '../../state/window/sign-in-request.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { BrandPanel } from './brand-panel.tsx';
import type { LoginMode } from './form-errors.ts';
import { type Leaving, LoginForm } from './login-form.tsx';
import { ScanPanel } from './scan-panel.tsx';
import type { Words } from './use-login-form.ts';
import { VerifyStepForm } from './verify-step.tsx';
import css from './login-screen.module.css';

/** Which part of signing in is shown, with what was typed in the one before. */
type Part =
  | { at: LoginMode; typed: Typed | null }
  | { at: 'scan'; server: string; typed: Typed | null }
  | { at: 'verify'; phone: string; username: string; typed: Typed | null };
/** `asked`: the server that a link wanted by then. */
type Typed = Words & { asked: string | null };

/** Sign in and register. `expired`: the open account's token is no longer accepted. */
export function LoginScreen({ expired }: { expired: boolean }) {
  const t = useT();
  const shell = useSession((state) => state.shell);
  const request = useSignInRequest();
  const [part, setPart] = useState<Part>({ at: 'login', typed: null });
  if (!shell) return null;
  /** Somebody is signed in: this form is for one more account. */
  const canLeave = request.open && !expired;
  const known = expired ? shell.account : request.account;
  const onLeave = ({ to, ...words }: Leaving): void => {
    const typed = { ...words, asked: request.server };
    setPart(to === 'scan' ? { at: 'scan', server: words.server.trim(), typed } : { at: to, typed });
  };
  const back = (): void => setPart({ at: 'login', typed: part.typed });
  const onStep = async (step: SignInStep, words: Words | null, account: string): Promise<void> => {
    const typed = words === null ? part.typed : { ...words, asked: request.server };
    if (step.step === 'verify') return setPart({ at: 'verify', phone: step.phone, username: account, typed });
    endSignInRequest();
    await enterSignedIn(step.account.id);
  };
  return (
    <div className={css['screen']}>
      <BrandPanel />
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape from any field inside */}
      <main
        className={css['pane']}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented && canLeave) endSignInRequest();
        }}
      >
        {canLeave && (
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
        {part.at === 'verify' ? (
          <VerifyStepForm
            person={personOf(part.username, shell)}
            phone={part.phone}
            onIn={(step) => onStep(step, null, part.username)}
            onBack={back}
          />
        ) : part.at === 'scan' ? (
          <ScanPanel server={part.server} onIn={(step) => onStep(step, null, '')} onPassword={back} />
        ) : (
          <LoginForm
            // Another server by a link, another account of the rail: the form starts anew with it.
            key={`${part.at} ${request.server ?? ''} ${request.account?.id ?? ''}`}
            mode={part.at}
            onLeave={onLeave}
            typed={typedFor(part.typed, request.server)}
            shell={shell}
            known={known}
            expired={expired}
            onStep={onStep}
          />
        )}
      </main>
    </div>
  );
}

/** What a link asked for meanwhile wins. */
function typedFor(typed: Typed | null, asked: string | null): Typed | null {
  if (asked === null || typed?.asked === asked) return typed;
  return { username: '', byPhone: false, region: DEFAULT_REGION, ...typed, server: asked, asked };
}

/** Somebody of that name who has signed in here before. */
function personOf(username: string, { recentAccounts }: ShellState): { uid: string; name: string } | null {
  return recentAccounts.find((entry) => entry.username === username) ?? null;
}
