/** Answers of the main thread to the shell channels of the IPC contract. */
import { clipboard } from 'electron';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { ShellContract } from '../../../shared/ipc/contract/contract.ts';
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
import { networkHandlers } from './network-handlers.ts';

export interface ShellHandlerOptions {
  accounts: Accounts;
  session: AccountSession;
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

export function shellHandlers(options: ShellHandlerOptions): Handlers<ShellContract> {
  const { accounts, session, signIn, network } = options;
  const enter = async (person: NewSignIn, keep: boolean): Promise<AccountEntry> => {
    const { id } = await accounts.remember(person, keep);
    return session.open(id);
  };
  return {
    ...networkHandlers(network, options.server),
    'shell.state': () => options.state(),
    'shell.about': () => options.about(),
    'shell.probe': ({ server }) => signIn.probe(server),
    'shell.login': async ({ keepSignedIn, ...form }) => enter(await signIn.login(form), keepSignedIn),
    'shell.register': async ({ keepSignedIn, ...form }) => enter(await signIn.register(form), keepSignedIn),
    'shell.requestCode': (form) => signIn.requestCode(form),
    'shell.registerPhone': async ({ keepSignedIn, ...form }) =>
      enter(await signIn.registerPhone(form), keepSignedIn),
    'shell.openAccount': ({ id }) => session.open(id),
    'shell.forgetAccount': async ({ id }) => ({ session: await session.forget(id) }),
    'shell.signOut': async () => ({ session: await session.signOut() }),
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
    'shell.setActiveChannel': ({ channel }) => {
      options.setActiveChannel(channel);
      return null;
    },
    'shell.saveMedia': ({ channel, key }) => options.media.save(channel, key),
    'shell.openMedia': ({ channel, key }) => options.media.open(channel, key),
    'shell.showMedia': ({ channel, key }) => options.media.show(channel, key),
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
