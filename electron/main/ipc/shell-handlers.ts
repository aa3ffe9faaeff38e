/** Answers of the main thread to the shell channels of the IPC contract. */
import { clipboard } from 'electron';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { AccountsContract, ShellContract } from '../../../shared/ipc/contract/contract.ts';
import type { About, AccountEntry, ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { Asked } from '../../../shared/deep-link.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Settings, SettingsPatch } from '../../../shared/settings.ts';
import type { Accounts, NewSignIn } from '../accounts/accounts.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import type { MediaActions } from '../files/media-actions.ts';
import { openExternal } from '../security/security.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { MainNetwork } from '../network/main-network.ts';
import { accountHandlers, beginning, checkRoom, enter, leave, type Places } from './account-handlers.ts';
import { networkHandlers } from './network-handlers.ts';

export interface ShellHandlerOptions {
  accounts: Accounts;
  session: AccountSession;
  places: Places;
  signIn: SignIn;
  network: MainNetwork;
  /** The server that is used here, for a test of the network; '' = none. */
  server: () => string;
  media: MediaActions;
  state: () => Promise<ShellState>;
  about: () => Promise<About>;
  exportDiagnostics: () => Promise<{ saved: boolean }>;
  setStartAtLogin: (on: boolean) => void;
  changeSettings: (patch: SettingsPatch) => Settings;
  setActiveChannel: (channel: ChannelRef | null) => void;
  takeAsked: () => Asked | null;
  forgetEverything: () => Promise<void>;
  quit: () => void;
}

export function shellHandlers(
  options: ShellHandlerOptions,
): Handlers<ShellContract & AccountsContract, string | null> {
  const { accounts, media, places, session, signIn, network } = options;
  const signInAs = async <Form extends { server: string; username: string }>(
    form: Form,
    ask: (form: Form) => Promise<NewSignIn>,
    keep: boolean,
  ): Promise<AccountEntry> => {
    checkRoom(form, options);
    return enter(await ask(form), keep, options);
  };
  return {
    ...networkHandlers(network, options.server),
    ...accountHandlers({ accounts, session, places }),
    'shell.begin': async () => {
      const shell = await options.state();
      return { shell, account: await beginning(shell.account?.id ?? null, options) };
    },
    'shell.state': () => options.state(),
    'shell.about': () => options.about(),
    'shell.probe': ({ server }) => signIn.probe(server),
    'shell.login': ({ keepSignedIn, ...form }) => signInAs(form, signIn.login, keepSignedIn),
    'shell.register': ({ keepSignedIn, ...form }) => signInAs(form, signIn.register, keepSignedIn),
    'shell.requestCode': (form) => signIn.requestCode(form),
    'shell.registerPhone': ({ keepSignedIn, ...form }) =>
      signInAs({ ...form, username: form.zone + form.phone }, signIn.registerPhone, keepSignedIn),
    'shell.openAccount': ({ id }) => session.open(id),
    'shell.forgetAccount': async ({ id }) => ({
      session: await leave(() => session.forget(id), { id, session, places }),
    }),
    'shell.signOut': async (_nothing, id) => ({
      session: await leave(() => session.signOut(id), { id, session, places }),
    }),
    'shell.setSettings': (patch) => options.changeSettings(patch),
    'shell.setStartAtLogin': ({ on }) => {
      options.setStartAtLogin(on);
      return null;
    },
    'shell.openExternal': ({ url }) => openExternal(url),
    'shell.exportDiagnostics': () => options.exportDiagnostics(),
    'shell.copyText': async ({ text }) => {
      await clipboard.writeText(text);
      return null;
    },
    'shell.setActiveChannel': ({ channel }, from) => {
      if (from === (session.account?.id ?? null)) options.setActiveChannel(channel);
      return null;
    },
    'shell.copyImage': ({ channel, key, bytes }, from) => media.copyImage(channel, key, bytes, from),
    'shell.saveMedia': ({ channel, key }, from) => media.save(channel, key, from),
    'shell.openMedia': ({ channel, key }, from) => media.open(channel, key, from),
    'shell.showMedia': ({ channel, key }, from) => media.show(channel, key, from),
    'shell.takeAsked': () => options.takeAsked(),
    'shell.forgetEverything': async () => {
      await options.forgetEverything();
      return null;
    },
    'shell.quit': () => {
      options.quit();
      return null;
    },
  };
}
