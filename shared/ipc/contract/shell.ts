/** What the main thread itself answers: accounts, settings, the system. */
import { z } from 'zod';
import { Asked } from '../../deep-link.ts';
import { ChannelRef } from '../../domain.ts';
import { MAX_URL_LENGTH } from '../../openable-url.ts';
import { Settings, SettingsPatch } from '../../settings.ts';
import { MAX_ZOOM, MIN_ZOOM } from '../../zoom.ts';
import { AccountEntry, AccountOnRail, Arrival, SessionEnd } from './accounts.ts';
import { Done, Nothing, OneMessage } from './arguments.ts';
import { call, query } from './channel.ts';
import { Exported, ExportFormat, ExportRange } from './chat-export.ts';
import { MAX_COPIED_PICTURE_BYTES, MAX_TABLE_LENGTH } from './limits.ts';
import { networkContract, NetworkState } from './network.ts';
import { Bootstrap } from './session.ts';

export { AccountEntry, SessionEnd } from './accounts.ts';
const SignedOut = z.object({ session: SessionEnd });

/**
 * Whether the system starts the app at login, as the system says: `blocked` it was asked to and does not (task manager,
 * system settings), `unavailable` for what is not installed.
 */
export const LoginItemState = z.enum(['on', 'off', 'blocked', 'unavailable']);
export type LoginItemState = z.infer<typeof LoginItemState>;

/** By the system itself, with dictionaries of this computer, or not at all: none is ever downloaded. */
export const SpellCheckerKind = z.enum(['system', 'dictionaries', 'none']);
export type SpellCheckerKind = z.infer<typeof SpellCheckerKind>;

/** `taken`: another program has it, or the system gives none. */
export const ShowShortcutState = z.enum(['off', 'on', 'taken']);
export type ShowShortcutState = z.infer<typeof ShowShortcutState>;

export const ShellState = z.object({
  /** The account on the screen; null = sign-in screen. */
  account: AccountEntry.nullable(),
  /** All that are signed in, in the order of the rail. */
  accounts: z.array(AccountOnRail),
  /** Most recently used first. */
  recentAccounts: z.array(AccountEntry),
  settings: Settings,
  /** When the quiet hours end that are now (ms since epoch); null = there are none now. */
  quietUntil: z.number().nullable(),
  /** Chats that have windows of their own: they are shown in no other. */
  chatWindows: z.array(ChannelRef),
  /** A passcode locks the app. */
  hasPasscode: z.boolean(),
  /** The screen is locked, or the computer sleeps: nobody reads anything. */
  away: z.boolean(),
  /** Language in effect after resolving `system`. */
  language: z.enum(['zh', 'en']),
  /** Address of the embedded server, when it runs (`npm start`); offered on the sign-in form. */
  demoServer: z.string().nullable(),
  /** Prefilled server address (`--server`, or the last one used). */
  defaultServer: z.string(),
  /** `none`: tokens cannot be protected on this platform; the form says so. */
  tokenProtection: z.enum(['keychain', 'basic', 'none']),
  /** What does it, by the system's own name (`gnome_libsecret`, `basic_text` …). */
  tokenStore: z.string(),
  /** Percent, of the main window. */
  zoom: z.number(),
  showShortcut: ShowShortcutState,
  loginItem: LoginItemState,
  spellChecker: SpellCheckerKind,
  version: z.string(),
  platform: z.string(),
  network: NetworkState,
  /** What an organisation's policies set (docs/deployment.md). */
  managed: z.object({
    /** Names of settings that only show what holds. */
    settings: z.array(z.string()),
    /** The only server that may be signed in to. */
    server: z.string().nullable(),
    /** Nobody registers. */
    registration: z.boolean(),
    /** No chat is written into a file. */
    export: z.boolean(),
    /** Older messages are removed from this computer. */
    localStorageDays: z.int().nullable(),
    /** The passcode of the app is not taken away. */
    appLock: z.boolean(),
    /** The app is locked after no more minutes of no use. */
    appLockMinutes: z.int().nullable(),
    /** The policies cannot be read: nobody signs in. */
    blocked: z.object({ where: z.string(), why: z.string() }).nullable(),
  }),
});
export type ShellState = z.infer<typeof ShellState>;

const Percent = z.int().min(MIN_ZOOM).max(MAX_ZOOM);

const Licence = z.object({
  name: z.string(),
  version: z.string(),
  /** SPDX expression. */
  licence: z.string(),
  homepage: z.string().nullable(),
  text: z.string(),
});
export type Licence = z.infer<typeof Licence>;

const About = z.object({
  version: z.string(),
  /** Of a package; null = the app runs from a checkout. */
  commit: z.string().nullable(),
  /** Names and versions. */
  runtime: z.string(),
  system: z.string(),
  /** Of what the app is made with. */
  licences: z.array(Licence),
});
export type About = z.infer<typeof About>;

/** What a page begins with, in one answer: what follows it, as events and deltas, is about changes of it. */
const Beginning = z.object({
  shell: ShellState,
  /** null = nobody is signed in, or the core could not answer: asked again, it says why. */
  account: z.object({ bootstrap: Bootstrap, arrival: Arrival }).nullable(),
});
export type Beginning = z.infer<typeof Beginning>;
const DrawnPicture = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_COPIED_PICTURE_BYTES, {
    error: `a copied picture has 1 to ${MAX_COPIED_PICTURE_BYTES} bytes`,
  });

export const shellContract = {
  ...networkContract,
  'shell.begin': call(Nothing, Beginning),
  'shell.state': call(Nothing, ShellState),
  'shell.about': query(Nothing, About),
  /** Opens a remembered account with its stored token; `unauthorized` if there is none or it is refused. */
  'shell.openAccount': call(z.object({ id: z.string() }), AccountEntry),
  /** Removes a remembered account and its cache from this computer, and ends its session at the server if it can. */
  'shell.forgetAccount': call(z.object({ id: z.string() }), SignedOut),
  /** Erases token and cache of the open account (ui.md 8 `signout`), and ends its session at the server if it can. */
  'shell.signOut': call(Nothing, SignedOut),
  'shell.setSettings': call(SettingsPatch, Settings),
  /** How large the window draws everything, percent, or one step more or less. */
  'shell.zoom': call(z.object({ to: z.union([z.enum(['in', 'out']), Percent]) }), Done),
  'shell.setStartAtLogin': call(z.object({ on: z.boolean() }), Done),
  /** http, https and mailto only. */
  'shell.openExternal': call(z.object({ url: z.string().max(MAX_URL_LENGTH) }), Done),
  /** Where the system lets its user allow the microphone; `refused` where it has no such page (Linux). */
  'shell.openMicrophoneSettings': call(Nothing, Done),
  /** Asks where to, then writes diagnostics and the end of the log there; no content. false = the user cancelled. */
  'shell.exportDiagnostics': call(Nothing, z.object({ saved: z.boolean() })),
  'shell.copyText': call(z.object({ text: z.string() }), Done),
  /** Which conversation is on screen: its messages raise no notification while the window has focus. */
  'shell.setActiveChannel': call(z.object({ channel: ChannelRef.nullable() }), Done),
  /**
   * Asks where to, then writes a chat there (docs/chat-export.md); null = the user cancelled. `managed` where a policy
   * forbids it, `refused` with `diskFull`, `notWritable` or `busy`, `invalidState` with `cancelled`.
   */
  'shell.exportChat': call(
    ExportRange.extend({
      format: ExportFormat,
      /** Images and files, too. */
      media: z.boolean(),
      /** What the chat is called here. */
      name: z.string().min(1).max(1000),
    }),
    Exported.nullable(),
  ),
  /** Opens what the last export of this account wrote; `notFound` when there is none, or it was moved since. */
  'shell.openExport': call(Nothing, Done),
  /** Asks where to save the image or file of a message and saves it there; the path never comes from the page. */
  'shell.saveMedia': call(OneMessage, z.object({ saved: z.boolean() })),
  /**
   * Puts the picture of a message on the clipboard: `bytes` is a PNG of it as it is drawn, which other programs take
   * whatever kind it was sent as. `invalidState` when the message was recalled meanwhile.
   */
  'shell.copyImage': call(
    OneMessage.extend({
      bytes: DrawnPicture,
    }),
    Done,
  ),
  /** Asks where to, then saves a PNG that the page has drawn (a QR code). `name`: without folders and ending. */
  'shell.savePicture': call(
    z.object({ name: z.string().min(1).max(100), bytes: DrawnPicture }),
    z.object({ saved: z.boolean() }),
  ),
  /** Asks where to, then saves a table that the page has made, as CSV. `name`: without folders and ending. */
  'shell.saveTable': call(
    z.object({ name: z.string().min(1).max(100), text: z.string().max(MAX_TABLE_LENGTH) }),
    z.object({ saved: z.boolean() }),
  ),
  /** Puts such a picture on the clipboard, and beside it what it says. */
  'shell.copyPicture': call(z.object({ text: z.string().max(2_000), bytes: DrawnPicture }), Done),
  /** Opens the file of a message with the system's program. `refused` for what the system would run. */
  'shell.openMedia': call(OneMessage, Done),
  /**
   * Begins the system's drag of the file of a message while the button is held on it; false: it was let go meanwhile.
   */
  'shell.dragMedia': call(OneMessage, z.object({ started: z.boolean() })),
  /** The button is up. */
  'shell.dragEnded': call(Nothing, Done),
  /** Shows the copy saved with `shell.saveMedia` in its folder; `notFound` if this session saved none. */
  'shell.showMedia': call(OneMessage, Done),
  /** What a link or another start of the app asked for, once; null = nothing (any more). */
  'shell.takeAsked': call(Nothing, Asked.nullable()),
  /** Erases all profiles and accounts of this computer; the app ends. Nothing at a server but the sessions. */
  'shell.forgetEverything': call(Nothing, Done),
  'shell.quit': call(Nothing, Done),
} as const;
