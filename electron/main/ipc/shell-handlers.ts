/** Answers of the main thread to the shell channels of the IPC contract. */
import { type BrowserWindow, clipboard } from 'electron';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type {
  AccountsContract,
  ShellContract,
  SignInContract,
} from '../../../shared/ipc/contract/contract.ts';
import type { About, ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { Asked } from '../../../shared/deep-link.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Settings, SettingsPatch } from '../../../shared/settings.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import { copyPicture, savePicture } from '../files/drawn-pictures.ts';
import { saveTable } from '../files/saved-tables.ts';
import type { ChatExport } from '../files/chat-export.ts';
import type { MediaActions } from '../files/media-actions.ts';
import { openMicrophoneSettings } from '../security/microphone.ts';
import { openExternal } from '../security/security.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { MainNetwork } from '../network/main-network.ts';
import type { ZoomTo } from '../windows/zoom.ts';
import { accountHandlers, beginning, leave, type Places } from './account-handlers.ts';
import { networkHandlers } from './network-handlers.ts';
import { signInHandlers } from './sign-in-handlers.ts';

export interface ShellHandlerOptions {
  accounts: Accounts;
  session: AccountSession;
  places: Places;
  signIn: SignIn;
  network: MainNetwork;
  /** The server that is used here, for a test of the network; '' = none. */
  server: () => string;
  media: MediaActions;
  chatExport: ChatExport;
  state: () => Promise<ShellState>;
  about: () => Promise<About>;
  exportDiagnostics: () => Promise<{ saved: boolean }>;
  window: () => BrowserWindow | null;
  /** The main page began. */
  onBegan: () => void;
  zoom: (to: ZoomTo) => void;
  setStartAtLogin: (on: boolean) => void;
  changeSettings: (patch: SettingsPatch) => Settings;
  setActiveChannel: (channel: ChannelRef | null) => void;
  takeAsked: () => Asked | null;
  forgetEverything: () => Promise<void>;
  quit: () => void;
}

export function shellHandlers(
  options: ShellHandlerOptions,
): Handlers<ShellContract & SignInContract & AccountsContract, string | null> {
  const { accounts, chatExport, media, places, session, signIn, network } = options;
  return {
    ...networkHandlers(network, options.server),
    ...accountHandlers({ accounts, session, places }),
    ...signInHandlers({ accounts, session, signIn }),
    'shell.begin': async () => {
      const id = (await options.state()).account?.id ?? null;
      const began = beginning(id, options);
      // (Behind its question, in the order of the worker's port.)
      options.onBegan();
      const account = await began;
      // As it is by now: a worker that opens its files takes a while. (What this waits for is known.)
      const shell = await options.state();
      return { shell, account: (shell.account?.id ?? null) === id ? account : null };
    },
    'shell.state': () => options.state(),
    'shell.about': () => options.about(),
    'shell.openAccount': ({ id }) => session.open(id),
    'shell.forgetAccount': async ({ id }) => ({
      session: await leave(() => session.forget(id), { id, session, places }),
    }),
    'shell.signOut': async (_nothing, id) => ({
      session: await leave(() => session.signOut(id), { id, session, places }),
    }),
    'shell.setSettings': (patch) => options.changeSettings(patch),
    'shell.zoom': ({ to }) => {
      options.zoom(to);
      return null;
    },
    'shell.setStartAtLogin': ({ on }) => {
      options.setStartAtLogin(on);
      return null;
    },
    'shell.openExternal': ({ url }) => openExternal(url),
    'shell.openMicrophoneSettings': () => openMicrophoneSettings(),
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
    'shell.savePicture': ({ name, bytes }) => savePicture(name, bytes, options.window()),
    'shell.saveTable': ({ name, text }) => saveTable(name, text, options.window()),
    'shell.copyPicture': ({ text, bytes }) => copyPicture(text, bytes),
    'shell.openMedia': ({ channel, key }, from) => media.open(channel, key, from),
    'shell.dragMedia': ({ channel, key }, from) => media.drag.start(channel, key, from),
    'shell.dragEnded': () => {
      media.drag.end();
      return null;
    },
    'shell.showMedia': ({ channel, key }, from) => media.show(channel, key, from),
    'shell.exportChat': (wanted, from) => chatExport.write(wanted, from),
    'shell.openExport': (_nothing, from) => chatExport.open(from),
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
