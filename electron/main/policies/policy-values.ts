/**
 * The policies of an organisation (docs/deployment.md): names, types, what a wrong value means. Names are taken in any
 * capitals. A wrong value of a policy that protects counts as the stricter one, or nobody signs in; of the others it is
 * left out. Each is named.
 */
import { isAbsolute } from 'node:path';
import { defaultNetworkConfig, type NetworkConfig } from '../../../shared/network.ts';
import { NO_UPDATES_POLICY, type UpdatesPolicy } from '../../../shared/updates-policy.ts';
import { writtenProxy } from '../network/written-proxy.ts';
import { feedAddress } from '../updates/feed-address.ts';
import { isChannel } from '../updates/update-source.ts';
import type { PolicySource } from './policy-source.ts';

/** In registry, JSON and templates: text = REG_SZ, onOff = REG_DWORD 0 or 1 / true or false, number = REG_DWORD. */
export const POLICY_TYPES = {
  ServerUrl: 'text',
  LockServer: 'onOff',
  DisableRegistration: 'onOff',
  DisableExport: 'onOff',
  DisableUpdates: 'onOff',
  UpdateUrl: 'text',
  UpdateChannel: 'text',
  Proxy: 'text',
  CaFile: 'text',
  HideNotificationText: 'onOff',
  LocalStorageDays: 'number',
  RecallConfirm: 'onOff',
  RequireAppLock: 'onOff',
  AppLockMinutes: 'number',
} as const;
export type PolicyName = keyof typeof POLICY_TYPES;

const NAMES = Object.keys(POLICY_TYPES) as PolicyName[];
const MAX_DAYS = 36_500;
const MAX_LOCK_MINUTES = 60;

export interface Policies {
  /** Of the policies that are set and known, in the order of the table. */
  names: readonly PolicyName[];
  /** Preset on the sign-in form. */
  serverUrl: string | null;
  /** Nothing but `serverUrl` is signed in to, and no account of another server opened. */
  lockServer: boolean;
  disableRegistration: boolean;
  /** No chat is written into a file. */
  disableExport: boolean;
  updates: UpdatesPolicy;
  /** null: the user chooses. */
  proxy: NetworkConfig | null;
  caFile: string | null;
  hideNotificationText: true | null;
  /** Older messages are removed from this computer. */
  localStorageDays: number | null;
  recallConfirm: boolean | null;
  /** Nothing of an account is shown before there is a passcode, and it is not taken away. */
  requireAppLock: boolean;
  /** The app is locked after no more minutes of no use; null: the user chooses. */
  appLockMinutes: number | null;
  /** Sentences for log and diagnostics, without the values. */
  problems: readonly string[];
  /** A lock cannot be read: nothing is signed in to and no account opened. */
  blocked: { where: string; why: string } | null;
}

const NOTHING: Policies = {
  names: [],
  serverUrl: null,
  lockServer: false,
  disableRegistration: false,
  disableExport: false,
  updates: NO_UPDATES_POLICY,
  proxy: null,
  caFile: null,
  hideNotificationText: null,
  localStorageDays: null,
  recallConfirm: null,
  requireAppLock: false,
  appLockMinutes: null,
  problems: [],
  blocked: null,
};

export function policiesOf(source: PolicySource): Policies {
  if (source.kind === 'none') return NOTHING;
  if (source.kind === 'unreadable') return unreadable(source.where, source.why);
  const twice = namedTwice(Object.keys(source.values));
  if (twice !== null) return unreadable(source.where, `it names ${twice} twice`);
  return new Reading(source.where, source.values).all();
}

const knownName = (written: string): PolicyName | undefined =>
  NAMES.find((known) => known.toLowerCase() === written.toLowerCase());

/** In other capitals: which of the two is meant nobody can know, and either may come last. */
function namedTwice(names: readonly string[]): PolicyName | null {
  const known = names.map(knownName);
  return known.find((name, at) => name !== undefined && known.indexOf(name) !== at) ?? null;
}

function unreadable(where: string, why: string): Policies {
  return {
    ...NOTHING,
    disableRegistration: true,
    disableExport: true,
    requireAppLock: true,
    updates: { ...NO_UPDATES_POLICY, disabled: true },
    problems: [`the policies cannot be read: ${where}: ${why}`],
    blocked: { where, why },
  };
}

class Reading {
  readonly #where: string;
  readonly #values = new Map<PolicyName, unknown>();
  readonly #problems: string[] = [];
  #blocked: string | null = null;

  constructor(where: string, values: Readonly<Record<string, unknown>>) {
    this.#where = where;
    for (const [written, value] of Object.entries(values)) {
      const name = knownName(written);
      if (name) this.#values.set(name, value);
      else this.#problems.push(`unknown policy ${written.slice(0, 60)}`);
    }
  }

  all(): Policies {
    const serverUrl = this.#serverUrl();
    const lock = this.#onOff('LockServer');
    if (lock === 'wrong') this.#blocked = 'LockServer is neither on nor off';
    else if (lock === true && serverUrl === null)
      this.#blocked = 'LockServer is on, and ServerUrl is no address';
    if (this.#blocked !== null) this.#problems.push(`nobody can sign in: ${this.#blocked}`);
    const registration = this.#onOff('DisableRegistration');
    const noExport = this.#onOff('DisableExport');
    const hide = this.#onOff('HideNotificationText');
    const confirm = this.#onOff('RecallConfirm');
    const appLock = this.#onOff('RequireAppLock');
    return {
      names: NAMES.filter((name) => this.#values.has(name)),
      serverUrl,
      lockServer: lock === true,
      disableRegistration: registration === true || registration === 'wrong',
      disableExport: noExport === true || noExport === 'wrong',
      updates: this.#updates(),
      proxy: this.#proxy(),
      caFile: this.#caFile(),
      // Off is no order to show it.
      hideNotificationText: hide === 'wrong' || hide === true ? true : null,
      localStorageDays: this.#days(),
      recallConfirm: confirm === 'wrong' ? null : confirm,
      requireAppLock: appLock === true || appLock === 'wrong',
      appLockMinutes: this.#lockMinutes(),
      problems: this.#problems,
      blocked: this.#blocked === null ? null : { where: this.#where, why: this.#blocked },
    };
  }

  #wrong(name: PolicyName, expected: string): void {
    this.#problems.push(`policy ${name} is not used as it is written: ${expected} expected`);
  }

  /** null = not set. JSON has true and false, the registry 0 and 1. */
  #onOff(name: PolicyName): boolean | 'wrong' | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    this.#wrong(name, 'on or off');
    return 'wrong';
  }

  /** `undefined` = not set, null = no text. An empty one is "not set": editors of policies leave them. */
  #text(name: PolicyName): string | null | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
    this.#wrong(name, 'text');
    return null;
  }

  #serverUrl(): string | null {
    const text = this.#text('ServerUrl');
    if (text === undefined || text === null) return null;
    const url = URL.parse(text);
    const usable = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    if (usable) return text;
    this.#wrong('ServerUrl', 'an http or https address');
    return null;
  }

  #updates(): UpdatesPolicy {
    const disabled = this.#onOff('DisableUpdates');
    const url = this.#text('UpdateUrl');
    const channel = this.#text('UpdateChannel');
    const badUrl = url === null || (url !== undefined && feedAddress(url, false) === null);
    const badChannel = typeof channel === 'string' && !isChannel(channel);
    if (badUrl && url !== null)
      this.#wrong('UpdateUrl', 'an https address without user name, query and fragment');
    if (badChannel) this.#wrong('UpdateChannel', 'a name of small letters, digits and -');
    return {
      // Who names another source of updates wants none from the usual one.
      disabled: disabled === true || disabled === 'wrong' || badUrl,
      url: badUrl ? null : (url ?? null),
      channel: badChannel ? null : (channel ?? null),
    };
  }

  /** What is no proxy is kept as one that cannot be used: nothing goes around it. */
  #proxy(): NetworkConfig | null {
    const text = this.#text('Proxy');
    if (text === undefined) return null;
    const manual = { ...defaultNetworkConfig, mode: 'manual' as const };
    const mode = (['system', 'none'] as const).find((one) => one === text?.toLowerCase());
    if (mode !== undefined) return { ...defaultNetworkConfig, mode };
    const [, script] = /^pac\+((?:https?|file):\/\/.+)$/i.exec(text ?? '') ?? [];
    if (script !== undefined) return { ...manual, kind: 'pac', pacUrl: script };
    const proxy = text === null || /^pac\+/i.test(text) ? null : writtenProxy(text);
    const [, word = '', host = '', port = ''] =
      /^(PROXY|SOCKS5) \[?([^\]]+?)\]?:(\d+)$/.exec(proxy?.way ?? '') ?? [];
    if (host !== '' && proxy?.credentials === null)
      return { ...manual, kind: word === 'PROXY' ? 'http' : 'socks5', host, port: Number(port) };
    if (text !== null)
      this.#wrong('Proxy', 'system, none, http://host:port, socks5://host:port or pac+https://address');
    return { ...manual, host: text === null ? '' : '?', port: 0 };
  }

  #caFile(): string | null {
    const text = this.#text('CaFile');
    if (text === undefined || text === null) return null;
    if (isAbsolute(text)) return text;
    this.#wrong('CaFile', 'a whole path');
    return null;
  }

  /** It protects: what is not understood counts as the least. */
  #lockMinutes(): number | null {
    const value = this.#values.get('AppLockMinutes');
    if (value === undefined || value === 0) return null;
    if (isCount(value, MAX_LOCK_MINUTES)) return value;
    this.#wrong('AppLockMinutes', `a number from 1 to ${MAX_LOCK_MINUTES}`);
    return 1;
  }

  /** It erases: of what is not understood nothing is done. */
  #days(): number | null {
    const value = this.#values.get('LocalStorageDays');
    if (value === undefined || value === 0) return null;
    if (isCount(value, MAX_DAYS)) return value;
    this.#wrong('LocalStorageDays', `a number from 1 to ${MAX_DAYS}`);
    return null;
  }
}

const isCount = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
