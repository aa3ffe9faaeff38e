/**
 * The business server: a small TangSengDaoDao v1 API (tsdd-api.md) with a correct message recall, over any WuKongIM
 * reachable by its HTTP API. Puts the parts together; docs/embedded-servers.md says what differs from TSDD.
 */
import type { FastifyInstance } from 'fastify';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from '../http-limits.ts';
import { reasonOf } from '../../shared/errors.ts';
import { callable, ownHosts } from '../own-host.ts';
import { newSecret } from '../secret-text.ts';
import { accountEndRoutes } from './accounts/account-end-routes.ts';
import { Accounts } from './accounts/accounts.ts';
import { profileRoutes } from './accounts/profile-routes.ts';
import { sessionRoutes } from './accounts/session-routes.ts';
import { NewDevices } from './accounts/new-devices.ts';
import { registrationRoutes } from './accounts/registration-routes.ts';
import { ScanLogins } from './accounts/scan-logins.ts';
import { scanRoutes } from './accounts/scan-routes.ts';
import { signInRoutes } from './accounts/sign-in-routes.ts';
import { DemoPhones, SmsCodes } from './accounts/sms-codes.ts';
import { SmsGuard, smsRoutes } from './accounts/sms-routes.ts';
import { AppConfig } from './accounts/app-config.ts';
import { managerRoutes } from './accounts/manager-routes.ts';
import { DEFAULT_PASSWORD_COST, Passwords } from './accounts/passwords.ts';
import { Sessions } from './accounts/sessions.ts';
import { SharedTokens } from './accounts/shared-tokens.ts';
import { SignIn } from './accounts/sign-in.ts';
import { DEFAULT_GUARD_LIMITS, SignInGuard } from './accounts/sign-in-guard.ts';
import { AutoDelete } from './contacts/auto-delete.ts';
import { ChannelSettings } from './contacts/channel-settings.ts';
import { contactRoutes } from './contacts/contact-routes.ts';
import { Friends } from './contacts/friends.ts';
import { Presence } from './contacts/presence.ts';
import type { Context, ServerConfig } from './context.ts';
import { conversationRoutes } from './conversations/conversation-routes.ts';
import { fileRoutes } from './files/file-routes.ts';
import { FileRefs } from './files/file-refs.ts';
import { FileCleaner } from './files/file-cleaner.ts';
import { FileStore } from './files/file-store.ts';
import { groupParts } from './groups/group-parts.ts';
import { groupRoutes } from './groups/group-routes.ts';
import { caller } from './http/auth.ts';
import { createHttpApp } from './http/http-app.ts';
import { RequestLimit } from './http/rate-limit.ts';
import { Commands } from './im-client/commands.ts';
import { ImApi } from './im-client/im-api.ts';
import type { ImTransport } from './im-client/im-transport.ts';
import { ImJobs, type Log } from './im-client/im-jobs.ts';
import { History } from './messages/history.ts';
import { MessageExtras } from './messages/message-extras.ts';
import { MessageIndex } from './messages/message-index.ts';
import { changeRoutes } from './messages/change-routes.ts';
import { recallLogRoute } from './messages/recall-log.ts';
import { historyRoutes } from './messages/history-routes.ts';
import { messageRoutes } from './messages/message-routes.ts';
import { pinRoutes } from './messages/pin-routes.ts';
import { Pins } from './messages/pins.ts';
import { Reactions } from './messages/reactions.ts';
import { Recall } from './messages/recall.ts';
import { Reminders } from './messages/reminders.ts';
import { DEFAULT_QUOTAS, type Quotas } from './quotas.ts';
import { type Db, openDatabase } from './store/database.ts';
import { imAddresses, webhookRoutes } from './webhook-routes.ts';

export interface BusinessServerOptions {
  /** Folder of the database and the uploaded files. */
  dataDir: string;
  /** Default: loopback only. */
  host?: string;
  /** 0 picks a free one. */
  port?: number;
  /** Base URL of WuKongIM's HTTP API. */
  imApi: string;
  /** Its managerToken, if it has one. */
  imManagerToken?: string;
  /** Reaches the API of an IM server in this process without a socket; default: HTTP to `imApi`. */
  imTransport?: ImTransport;
  /** Part of the webhook's address; default: one that is made at the first start and kept in the database. */
  webhookSecret?: string;
  /** Further values of `Host` that are answered, for a name that leads here (own-host.ts). */
  hostNames?: readonly string[];
  /** The address that clients are given for the IM server; default: what the IM server's /route says. */
  imAddresses?: { tcp: string; ws: string; wss: string };
  /** Enables /v1/manager/*. */
  adminPassword?: string;
  /** The fixed code that registration by phone and a new password accept; default: none. */
  smsCode?: string;
  /** Codes stand in the log and in an administrator's route, for trying things out; default: none is sent. */
  smsDemo?: boolean;
  /** How somebody can get an account; default: in both ways. */
  registration?: readonly ('username' | 'phone')[];
  /** What `register_invite_on` asks for. */
  inviteCodes?: readonly string[];
  /** Whoever has a number proves it at a device that is new, of whatever class. */
  verifyNewDevices?: boolean;
  /** How long a question whether a code was scanned is held open, ms; tests lower it. */
  scanHoldMs?: number;
  /** Recall window in seconds until an administrator saves another; -1 = unlimited. */
  revokeSecond?: number;
  maxUploadBytes?: number;
  requestsPerSecond?: number;
  /** What one user may keep. */
  quotas?: Partial<Quotas>;
  httpLimits?: Partial<HttpLimits>;
  /** scrypt's N of new passwords; tests lower it. */
  passwordCost?: number;
  /** Seconds that a mute of a minute lasts; tests lower it. */
  shortestMute?: number;
  log?: Log;
  /** Server clock in ms; for tests. */
  now?: () => number;
}

export interface BusinessServer {
  /** Base URL without a trailing slash. */
  api: string;
  /** What the IM server is to call. Holds a secret: not for logs. */
  webhook: string;
  context: Context;
  recall: Recall;
  /** What is done every hour: ends what has expired, erases unused uploads. */
  upkeep(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_REVOKE_SECOND = 120;
const MINUTE_SECONDS = 60;
/** As much as this app sends: an upload goes to the disk as it comes. */
const DEFAULT_MAX_UPLOAD = 2 * 1024 * 1024 * 1024;
/** For all of a body: as much at 2.4 Mbit/s. What stands still is ended long before. */
const UPLOAD_MS = 2 * 3_600_000;
/** Generous: a client that starts up with many conversations stays far below it. */
const DEFAULT_REQUESTS_PER_SECOND = 100;
/** At the default: 240 registrations in ten minutes and two lookups a second from one address. */
const REGISTRATIONS_PER_REQUEST = 2.4;
const LOOKUPS_PER_REQUEST = 0.02;
/** As TSDD (tsdd-api.md 1.5). */
const SCAN_HOLD_MS = 10_000;
/** TSDD looks every 15 s; a mute that is shown with its end ends then. */
const MUTE_RELEASE_INTERVAL_MS = 1_000;
const UPKEEP_INTERVAL_MS = 3_600_000;
/** How long message places are remembered; older ones cost a lookup. */
const INDEX_DAYS = 90;
const SILENT: Log = { info: () => undefined, warn: () => undefined };

/** Starts the server; rejects when the port is taken or the database cannot be opened. */
export async function startBusinessServer(options: BusinessServerOptions): Promise<BusinessServer> {
  const now = options.now ?? Date.now;
  const log = options.log ?? SILENT;
  const host = options.host ?? '127.0.0.1';
  const db = openDatabase(options.dataDir, (error) => {
    log.warn(`the write-ahead log could not be emptied: ${String(error)}`);
  });
  try {
    return await assemble();
  } catch (error) {
    db.close();
    throw error;
  }

  async function assemble(): Promise<BusinessServer> {
    const im = new ImApi(options.imApi, options.imManagerToken, undefined, options.imTransport);
    const quotas = { ...DEFAULT_QUOTAS, ...options.quotas };
    const jobs = new ImJobs(db, im, log, now);
    const commands = new Commands(im, jobs);
    const sessions = new Sessions(db, now);
    const passwords = new Passwords(options.passwordCost ?? DEFAULT_PASSWORD_COST);
    const guard = new SignInGuard(DEFAULT_GUARD_LIMITS, now);
    const accounts = new Accounts({ db, passwords, guard, now });
    const requestsPerSecond = options.requestsPerSecond ?? DEFAULT_REQUESTS_PER_SECOND;
    const sharedTokens = new SharedTokens(options.dataDir);
    const signIn = new SignIn({ db, im, jobs, sessions, sharedTokens, now });
    const demoPhones = options.smsDemo ? new DemoPhones(now, (message) => log.info(message)) : null;
    const waysIn = waysInOf(options, { db, accounts, demoPhones, now });
    const settings = new ChannelSettings(db);
    const autoDelete = new AutoDelete(db);
    const friends = new Friends({ db, accounts, settings, commands, jobs, quotas, now });
    const ofGroups = groupParts({ db, im, accounts, commands, jobs, quotas, now });
    const { groups } = ofGroups;
    const extras = new MessageExtras(db, now);
    const ofMessages = { extras, pins: new Pins(db, now), reactions: new Reactions(db, now) };
    const reminders = new Reminders({ db, groups, commands, extras });
    const presence = new Presence(accounts, friends, commands, now);
    const appConfig = new AppConfig(db, options.revokeSecond ?? DEFAULT_REVOKE_SECOND);
    const files = new FileStore(options.dataDir, db, quotas, now);
    const fileRefs = new FileRefs(db, files);
    files.eraseMarked();
    const cleaner = new FileCleaner({ db, im, files, now });
    const index = new MessageIndex(db);
    const webhookSecret = options.webhookSecret ?? keptSecret(db);
    const context: Context = {
      db,
      im,
      jobs,
      commands,
      log,
      now,
      config: configOf(options, requestsPerSecond),
      appConfig,
      accounts,
      sessions,
      signIn,
      ...waysIn,
      friends,
      settings,
      autoDelete,
      presence,
      ...ofGroups,
      ...ofMessages,
      reminders,
      files,
      fileRefs,
    };
    const recall = new Recall({
      db,
      im,
      jobs,
      commands,
      ...ofMessages,
      groups,
      reminders,
      index,
      appConfig,
      files,
      fileRefs,
      now,
    });
    const history = new History(context, recall);

    const app = await createHttpApp({
      sessions,
      ownHosts: ownHosts(host, options.hostNames),
      requests: new RequestLimit(requestsPerSecond, now),
      maxUploadBytes: context.config.maxUploadBytes,
      limits: { ...DEFAULT_HTTP_LIMITS, requestMs: UPLOAD_MS, ...options.httpLimits },
      log,
    });
    app.route({ method: ['GET', 'POST', 'PUT'], url: '/v1/ping', handler: async () => ({ status: 200 }) });
    app.get('/v1/health', async () => ({ status: 'up', db: 'up', redis: 'up' }));
    app.get('/v1/common/appconfig', async () => appConfig.published());
    // TSDD's web client asks at every start; there is never a newer version here.
    app.get('/v1/common/appversion/:os/:version', async (request) => {
      caller(request);
      return {};
    });
    contactRoutes(app, context);
    accountRoutes(app, context);
    if (options.adminPassword) managerRoutes(app, context, options.adminPassword, demoPhones);
    groupRoutes(app, context);
    historyRoutes(app, context, history);
    changeRoutes(app, context, recall);
    recallLogRoute(app, context);
    messageRoutes(app, context);
    pinRoutes(app, context, history);
    conversationRoutes(app, context, history);
    fileRoutes(app, context);
    webhookRoutes(app, context, index, recall, await imAddresses(options.imApi), webhookSecret);

    index.prune(Math.floor(now() / 1000) - INDEX_DAYS * 24 * 3600);
    await presence.load(im).catch((error: unknown) => {
      log.warn(`who is online is not known yet: ${reasonOf(error)}`);
    });
    const upkeep = async (): Promise<void> => {
      await signIn.end((each) => each.closeExpired());
      await cleaner.clean();
    };
    const stopTimers = repeat(log, [
      [MUTE_RELEASE_INTERVAL_MS, async () => (groups.releaseExpiredMutes() ? jobs.flush() : undefined)],
      [UPKEEP_INTERVAL_MS, upkeep],
    ]);
    const api = await app.listen({ host, port: options.port ?? 0 }).catch((error: unknown) => {
      stopTimers();
      throw error;
    });
    jobs.start();

    let closed: Promise<void> | null = null;
    const close = async (): Promise<void> => {
      stopTimers();
      // First: requests that wait for a hash are answered, so that the server can end.
      await passwords.close();
      waysIn.scanLogins.close();
      await app.close();
      await jobs.close();
      db.close();
    };
    return {
      api: api.replace(/\/$/, ''),
      webhook: `${callable(api.replace(/\/$/, ''))}/v2/webhook/${webhookSecret}`,
      context,
      recall,
      upkeep,
      close: () => (closed ??= close()),
    };
  }
}

function configOf(options: BusinessServerOptions, requestsPerSecond: number): ServerConfig {
  return {
    registration: new Set(options.registration ?? ['username', 'phone']),
    inviteCodes: options.inviteCodes ?? [],
    registrationsInTenMinutes: requestsPerSecond * REGISTRATIONS_PER_REQUEST,
    lookupsPerSecond: requestsPerSecond * LOOKUPS_PER_REQUEST,
    maxUploadBytes: options.maxUploadBytes ?? DEFAULT_MAX_UPLOAD,
    shortestMute: options.shortestMute ?? MINUTE_SECONDS,
    imAddresses: options.imAddresses ?? null,
  };
}

/** Ways in beside a password. */
function waysInOf(
  options: BusinessServerOptions,
  parts: Pick<Context, 'db' | 'accounts' | 'now'> & { demoPhones: DemoPhones | null },
): Pick<Context, 'sms' | 'newDevices' | 'scanLogins'> {
  const { demoPhones, ...common } = parts;
  const { now } = common;
  const sms = new SmsCodes({ gateway: demoPhones?.gateway ?? null, fixed: options.smsCode ?? null, now });
  const all = options.verifyNewDevices ?? false;
  return {
    sms,
    newDevices: new NewDevices({ ...common, all, canAsk: () => sms.canAskDevices }),
    scanLogins: new ScanLogins({ now, holdMs: options.scanHoldMs ?? SCAN_HOLD_MS }),
  };
}

function accountRoutes(app: FastifyInstance, context: Context): void {
  signInRoutes(app, context);
  const smsGuard = new SmsGuard(context.config.lookupsPerSecond, context.now);
  registrationRoutes(app, context, smsGuard);
  smsRoutes(app, context, smsGuard);
  scanRoutes(app, context);
  sessionRoutes(app, context);
  profileRoutes(app, context);
  accountEndRoutes(app, context, smsGuard);
}

/**
 * The webhook's secret, the same after each start: an administrator writes it into the configuration of a real
 * WuKongIM.
 */
function keptSecret(db: Db): string {
  const row = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'webhook_secret'");
  if (row) return row.value;
  const secret = newSecret();
  db.run("INSERT INTO meta(key, value) VALUES ('webhook_secret', ?)", secret);
  return secret;
}

/** Runs each work in its interval (ms) until the answer is called; a failure is noted and tried again next time. */
function repeat(log: Log, works: readonly [intervalMs: number, work: () => Promise<void>][]): () => void {
  const timers = works.map(([intervalMs, work]) =>
    setInterval(() => {
      work().catch((error: unknown) => log.warn(`upkeep failed: ${reasonOf(error)}`));
    }, intervalMs).unref(),
  );
  return () => timers.forEach((timer) => clearInterval(timer));
}
