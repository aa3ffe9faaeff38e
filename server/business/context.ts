/** What every part of the business server works with. Built once in business-server.ts. */
import type { Accounts } from './accounts/accounts.ts';
import type { NewDevices } from './accounts/new-devices.ts';
import type { ScanLogins } from './accounts/scan-logins.ts';
import type { Sessions } from './accounts/sessions.ts';
import type { SignIn } from './accounts/sign-in.ts';
import type { SmsCodes } from './accounts/sms-codes.ts';
import type { AutoDelete } from './contacts/auto-delete.ts';
import type { ChannelSettings } from './contacts/channel-settings.ts';
import type { Friends } from './contacts/friends.ts';
import type { Presence } from './contacts/presence.ts';
import type { GroupCodes } from './groups/group-codes.ts';
import type { Groups } from './groups/groups.ts';
import type { Invitations } from './groups/invitations.ts';
import type { Notices } from './groups/notices.ts';
import type { Commands } from './im-client/commands.ts';
import type { ImApi } from './im-client/im-api.ts';
import type { ImJobs, Log } from './im-client/im-jobs.ts';
import type { MessageExtras } from './messages/message-extras.ts';
import type { Pins } from './messages/pins.ts';
import type { Reactions } from './messages/reactions.ts';
import type { Reminders } from './messages/reminders.ts';
import type { AppConfig } from './accounts/app-config.ts';
import type { FileRefs } from './files/file-refs.ts';
import type { FileStore } from './files/file-store.ts';
import type { Db } from './store/database.ts';

export interface ServerConfig {
  /** How somebody can get an account; neither: in no way. */
  registration: ReadonlySet<'username' | 'phone'>;
  /** One of them is asked for while `register_invite_on` is set. */
  inviteCodes: readonly string[];
  /** Accounts made from one address. */
  registrationsInTenMinutes: number;
  /** Searches for a user, and questions whether a phone number is registered, from one address. */
  lookupsPerSecond: number;
  /** Of one file. */
  maxUploadBytes: number;
  /** Seconds of the shortest mute (tsdd-api.md 3.2). */
  shortestMute: number;
  imAddresses: { tcp: string; ws: string; wss: string } | null;
}

export interface Context {
  db: Db;
  im: ImApi;
  jobs: ImJobs;
  commands: Commands;
  log: Log;
  /** Server clock, ms. */
  now: () => number;
  config: ServerConfig;
  appConfig: AppConfig;
  accounts: Accounts;
  sessions: Sessions;
  signIn: SignIn;
  sms: SmsCodes;
  newDevices: NewDevices;
  scanLogins: ScanLogins;
  friends: Friends;
  settings: ChannelSettings;
  autoDelete: AutoDelete;
  presence: Presence;
  groups: Groups;
  groupCodes: GroupCodes;
  invitations: Invitations;
  notices: Notices;
  extras: MessageExtras;
  pins: Pins;
  reactions: Reactions;
  reminders: Reminders;
  files: FileStore;
  fileRefs: FileRefs;
}
