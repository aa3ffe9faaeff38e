/** Where policies take effect in the shell: which server, who registers, which settings are the organisation's. */
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { ServerProbe } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { changedSettings, LOCK_AFTER, type Settings, type SettingsPatch } from '../../../shared/settings.ts';
import { serverCandidates } from '../../core/api/sign-in.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { SettingsFile } from '../settings/settings-file.ts';
import type { Policies } from './policy-values.ts';

/** Throws `managed` for a server that a policy does not allow, or while nobody knows what it allows. */
export function checkServer({ blocked, lockServer, serverUrl }: Policies, server: string): void {
  if (blocked)
    throw new CodedError(
      'managed',
      `the policies cannot be read: ${blocked.where}: ${blocked.why}`,
      'blocked',
    );
  if (!lockServer || serverUrl === null) return;
  const allowed = new Set(serverCandidates(serverUrl));
  if (!serverCandidates(server).some((candidate) => allowed.has(candidate)))
    throw new CodedError('managed', 'your organisation allows another server only', 'server');
}

export function isAllowed(policies: Policies, server: string): boolean {
  try {
    checkServer(policies, server);
    return true;
  } catch {
    return false;
  }
}

/** The sign-in form's calls, of which policies refuse some. A locked server is asked as the policy writes it. */
export function managedSignIn(signIn: SignIn, policies: Policies): SignIn {
  const allowed = (server: string): string => {
    checkServer(policies, server);
    const isProbed = serverCandidates(policies.serverUrl ?? server).includes(server);
    return policies.lockServer && policies.serverUrl !== null && !isProbed ? policies.serverUrl : server;
  };
  const registers = (): void => {
    if (policies.disableRegistration)
      throw new CodedError('managed', 'your organisation does not allow to register', 'registration');
  };
  /** The call with the server that is allowed in place of what was typed. */
  const at =
    <Form extends { server: string }, T>(ask: (form: Form) => Promise<T>) =>
    async (form: Form): Promise<T> =>
      ask({ ...form, server: allowed(form.server) });
  /** The same, of what makes a new account. */
  const registering = <Form extends { server: string }, T>(ask: (form: Form) => Promise<T>) => {
    const allowedAsk = at(ask);
    return async (form: Form): Promise<T> => {
      registers();
      return allowedAsk(form);
    };
  };
  return {
    probe: async (address): Promise<ServerProbe> => signIn.probe(allowed(address)),
    async offers(server) {
      const offers = await signIn.offers(allowed(server));
      return policies.disableRegistration
        ? { ...offers, register: { username: false, phone: false } }
        : offers;
    },
    login: at(signIn.login),
    register: registering(signIn.register),
    requestCode: registering(signIn.requestCode),
    registerPhone: registering(signIn.registerPhone),
    requestResetCode: at(signIn.requestResetCode),
    resetPassword: at(signIn.resetPassword),
    // What goes on was begun at a server that is allowed.
    sendDeviceCode: at(signIn.sendDeviceCode),
    verifyDevice: at(signIn.verifyDevice),
    scan: { ...signIn.scan, start: async (server) => signIn.scan.start(allowed(server)) },
  };
}

/** The settings that policies set, whatever the user chose. */
function managedSettings(policies: Policies): Partial<Settings> {
  const { hideNotificationText, recallConfirm, requireAppLock } = policies;
  return {
    ...(hideNotificationText === null ? {} : { notificationText: false }),
    ...(recallConfirm === null ? {} : { confirmRecall: recallConfirm }),
    ...(requireAppLock ? { lockWithSystem: true } : {}),
  };
}

/** The user's choice, or the longest time that a policy leaves. */
function lockAfterOf(chosen: Settings['lockAfter'], { appLockMinutes }: Policies): Settings['lockAfter'] {
  if (appLockMinutes === null || chosen <= appLockMinutes) return chosen;
  return LOCK_AFTER.findLast((minutes) => minutes <= appLockMinutes) ?? 0;
}

/** The user's own choice stays in the file, and counts again when the policy is gone. */
export function withPolicies(file: SettingsFile, policies: Policies): SettingsFile {
  const managed = managedSettings(policies);
  const under = (own: Settings): Settings => ({
    ...own,
    ...managed,
    lockAfter: lockAfterOf(own.lockAfter, policies),
  });
  return {
    get value() {
      return under(file.value);
    },
    change(patch: SettingsPatch) {
      for (const name of Object.keys(managed) as (keyof Settings)[]) {
        if (patch[name] !== undefined && patch[name] !== managed[name])
          throw new CodedError('managed', 'your organisation sets this', name);
      }
      if (patch.lockAfter !== undefined && lockAfterOf(patch.lockAfter, policies) !== patch.lockAfter)
        throw new CodedError('managed', 'your organisation wants the app locked sooner', 'lockAfter');
      const own = Object.fromEntries(Object.entries(patch).filter(([name]) => !(name in managed)));
      return under(changedSettings(file.change(own), {}));
    },
  };
}

/** Throws `managed` where no chat may be written into a file. */
export function checkExport({ disableExport }: Policies): void {
  if (disableExport) throw new CodedError('managed', 'your organisation does not allow to export', 'export');
}

/** What the page is told. */
export function managedState(policies: Policies): ShellState['managed'] {
  const { blocked, disableExport, disableRegistration, localStorageDays, lockServer, serverUrl } = policies;
  const { appLockMinutes, requireAppLock } = policies;
  return {
    settings: Object.keys(managedSettings(policies)),
    server: lockServer ? serverUrl : null,
    registration: disableRegistration,
    export: disableExport,
    localStorageDays,
    appLock: requireAppLock,
    appLockMinutes,
    blocked,
  };
}
