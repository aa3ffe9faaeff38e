/** Shows the sign-in form while an account is open (another account, or signing in again), and the way back. */
import { create } from 'zustand';
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';

interface SignInRequest {
  /** The form is shown although an account is open. */
  open: boolean;
  /** Filled in; null = empty form. */
  account: AccountEntry | null;
}

export const useSignInRequest = create<SignInRequest>(() => ({ open: false, account: null }));

export function requestSignIn(account: AccountEntry | null): void {
  useSignInRequest.setState({ open: true, account });
}

export function endSignInRequest(): void {
  useSignInRequest.setState({ open: false, account: null });
}
