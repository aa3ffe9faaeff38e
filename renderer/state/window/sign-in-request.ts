/** Shows the sign-in form while an account is open (another account, or signing in again), and the way back. */
import { create } from 'zustand';
import { goToMain, ownChat } from './own-window.ts';
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';

interface SignInRequest {
  /** The form is shown although an account is open. */
  open: boolean;
  /** Filled in; null = empty form. */
  account: AccountEntry | null;
  /** A server to fill in, from a link; null = the one of the account, or the last one. */
  server: string | null;
}

export const useSignInRequest = create<SignInRequest>(() => ({ open: false, account: null, server: null }));

export function requestSignIn(account: AccountEntry | null): void {
  // The window of a chat has no form.
  if (ownChat) return goToMain({ to: 'signIn' });
  useSignInRequest.setState({ open: true, account, server: null });
}

/** The form with this server in it; `over` an open account, to which there is a way back. */
export function requestSignInAt(server: string, over: boolean): void {
  useSignInRequest.setState({ open: over, account: null, server });
}

export function endSignInRequest(): void {
  useSignInRequest.setState({ open: false, account: null, server: null });
}
