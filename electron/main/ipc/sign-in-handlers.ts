/** Answers to the channels of the sign-in form: each way in ends with an account on the screen, or asks for a code. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { SignInContract } from '../../../shared/ipc/contract/contract.ts';
import type { SignInStep } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { DeviceCheckError } from '../../core/api/device-check.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import type { Accounts, NewSignIn } from '../accounts/accounts.ts';
import type { AskedDevice, SignIn } from '../accounts/sign-in.ts';
import { checkRoom, enter } from './account-handlers.ts';

export interface SignInHandlerOptions {
  accounts: Accounts;
  session: AccountSession;
  signIn: SignIn;
}

export function signInHandlers({
  accounts,
  session,
  signIn,
}: SignInHandlerOptions): Handlers<SignInContract, string | null> {
  /** A sign-in whose password was right, and which waits for a code; the last one. */
  let asked: (AskedDevice & { keep: boolean }) | null = null;

  const enterAs = async (person: NewSignIn, keep: boolean): Promise<SignInStep> => ({
    step: 'in',
    account: await enter(person, keep, { accounts, session }),
  });
  const signInAs = async <Form extends { server: string; username: string }>(
    { keepSignedIn, ...form }: Form & { keepSignedIn: boolean },
    ask: (form: Omit<Form & { keepSignedIn: boolean }, 'keepSignedIn'>) => Promise<NewSignIn>,
  ): Promise<SignInStep> => {
    const { server, username } = form;
    asked = null;
    checkRoom({ server, username }, { accounts, session });
    session.warmUp();
    try {
      return await enterAs(await ask(form), keepSignedIn);
    } catch (error) {
      if (!(error instanceof DeviceCheckError)) throw error;
      asked = { server, username, uid: error.uid, keep: keepSignedIn };
      return { step: 'verify', phone: error.phone };
    }
  };
  const waiting = (): AskedDevice & { keep: boolean } => {
    if (asked) return asked;
    throw new CodedError('signedOut', 'no sign-in waits for a code');
  };

  return {
    async 'signIn.probe'({ server }) {
      const found = await signIn.probe(server);
      // Somebody is about to sign in.
      session.warmUp();
      return found;
    },
    'signIn.offers': ({ server }) => signIn.offers(server),
    'signIn.login': (form) => signInAs(form, signIn.login),
    'signIn.register': (form) => signInAs(form, signIn.register),
    'signIn.requestCode': (form) => signIn.requestCode(form),
    'signIn.registerPhone': (form) =>
      signInAs({ ...form, username: form.zone + form.phone }, signIn.registerPhone),
    async 'signIn.requestResetCode'(form) {
      await signIn.requestResetCode(form);
      return null;
    },
    'signIn.resetPassword': (form) =>
      signInAs({ ...form, username: form.zone + form.phone }, signIn.resetPassword),
    async 'signIn.sendDeviceCode'() {
      await signIn.sendDeviceCode(waiting());
      return null;
    },
    async 'signIn.verify'({ code }) {
      const { keep, ...device } = waiting();
      const answer = await signIn.verifyDevice({ ...device, code });
      if (!('token' in answer)) return { step: 'wrong', ...answer };
      asked = null;
      return { step: 'in', account: await enter(answer, keep, { accounts, session }) };
    },
    'signIn.scanStart': ({ server }) => signIn.scan.start(server),
    'signIn.scanPoll': ({ id }) => signIn.scan.poll(id),
    'signIn.scanStop': ({ id }) => {
      signIn.scan.stop(id);
      return null;
    },
    async 'signIn.scanEnter'({ id, keepSignedIn }) {
      session.warmUp();
      return enterAs(await signIn.scan.enter(id), keepSignedIn);
    },
  };
}
