/** Probe, sign in and register against a business server, for the sign-in form (docs/sign-in.md). */
import { hostname, release, type } from 'node:os';
import type { ServerProbe, SignInOffers } from '../../../shared/ipc/contract/sign-in.ts';
import type { PhoneNumber } from '../../../shared/phone-number.ts';
import { hostIdentity } from '../../core/api/address-ranges.ts';
import { sendDeviceCode, verifyDevice, type WrongCode } from '../../core/api/device-check.ts';
import type { Fetch } from '../../core/api/http.ts';
import { requestResetCode, resetPassword } from '../../core/api/password-reset.ts';
import {
  type PhoneRegistration,
  registerPhone,
  requestRegisterCode,
} from '../../core/api/phone-registration.ts';
import { signInOffers } from '../../core/api/sign-in-offers.ts';
import { isAllowedServer, login, probeServer, register } from '../../core/api/sign-in.ts';
import type { Device, SignedIn } from '../../core/api/signed-in.ts';
import type { NewSignIn } from './accounts.ts';
import { type ScanSignIn, scanSignInWith } from './scan-sign-in.ts';

interface AtServer {
  server: string;
}
interface WithPassword extends AtServer {
  username: string;
  password: string;
}
type WithNumber = PhoneNumber & AtServer;
/** A sign-in that waits for a code. */
export interface AskedDevice extends AtServer {
  uid: string;
  /** As somebody typed it. */
  username: string;
}

export interface SignIn {
  probe: (address: string) => Promise<ServerProbe>;
  offers: (server: string) => Promise<SignInOffers>;
  /** Throws `DeviceCheckError` when a code is asked for; so do all that end with it. */
  login: (form: WithPassword) => Promise<NewSignIn>;
  register: (form: WithPassword & { name: string; inviteCode: string }) => Promise<NewSignIn>;
  requestCode: (form: WithNumber) => Promise<{ exists: boolean }>;
  registerPhone: (form: Omit<PhoneRegistration, 'device'>) => Promise<NewSignIn>;
  requestResetCode: (form: WithNumber) => Promise<void>;
  /** Sets the password, and signs in with it. */
  resetPassword: (form: WithNumber & { code: string; password: string }) => Promise<NewSignIn>;
  sendDeviceCode: (asked: AskedDevice) => Promise<void>;
  verifyDevice: (asked: AskedDevice & { code: string }) => Promise<NewSignIn | WrongCode>;
  scan: ScanSignIn;
}

const asTyped = (server: string, username: string, { uid, name, token }: SignedIn): NewSignIn => ({
  server,
  uid,
  username,
  name,
  token,
});

/** An account on this computer. */
interface Known extends AtServer {
  uid: string;
  name: string;
}

/**
 * `deviceId` is the profile's: the server lists it among the account's devices. `known`: the accounts on this computer;
 * a host that is or was reached over https gets no password over plain http. `fetch`: the way to servers; default:
 * without any proxy.
 */
export function signInWith(
  deviceId: string,
  known: () => readonly Known[] = () => [],
  fetch?: Fetch,
): SignIn {
  /** In this run, also without a sign-in: who blocks https after that gains nothing. */
  const secureHosts = new Set<string>();
  /** Addresses at which a server answered in this run, as it is written in calls: they are not looked for again. */
  const found = new Set<string>();
  const options = { fetch };
  const note = (server: string): void => {
    const url = URL.parse(server);
    if (url?.protocol === 'https:') secureHosts.add(hostIdentity(url.hostname));
  };
  const probe = async (address: string, forPassword: boolean): Promise<ServerProbe> => {
    for (const { server } of known()) note(server);
    const probed = await probeServer(address, { secureHosts, forPassword, fetch });
    note(probed.server);
    found.add(probed.server);
    return probed;
  };
  /**
   * The form may hold what a person typed (`localhost:8090`); accounts are kept by the probed address. One that was
   * probed, or that an account here is kept by, is that address: signing in waits for nothing.
   */
  const normalised = async (server: string): Promise<string> => {
    for (const account of known()) note(account.server);
    const isKnown = found.has(server) || known().some((account) => account.server === server);
    if (isKnown && isAllowedServer(server, secureHosts)) return server;
    return (await probe(server, true)).server;
  };
  const device: Device = {
    id: deviceId,
    name: hostname() || 'WuKong Desktop',
    model: `${type()} ${release()}`,
  };
  const nameOf = (server: string, uid: string): string =>
    known().find((account) => account.server === server && account.uid === uid)?.name ?? '';

  return {
    probe: (address) => probe(address, false),
    offers: async (server) => signInOffers(await normalised(server), options),
    async login(form) {
      const server = await normalised(form.server);
      return asTyped(server, form.username, await login({ ...form, server, device }, options));
    },
    async register(form) {
      const server = await normalised(form.server);
      return asTyped(server, form.username, await register({ ...form, server, device }, options));
    },
    async requestCode({ server, ...number }) {
      return requestRegisterCode({ server: await normalised(server), ...number }, options);
    },
    async registerPhone(form) {
      const server = await normalised(form.server);
      const person = await registerPhone({ ...form, server, device }, options);
      return asTyped(server, form.zone + form.phone, person);
    },
    async requestResetCode({ server, ...number }) {
      await requestResetCode({ server: await normalised(server), ...number }, options);
    },
    async resetPassword(form) {
      const server = await normalised(form.server);
      await resetPassword({ ...form, server }, options);
      const username = form.zone + form.phone;
      const { password } = form;
      return asTyped(server, username, await login({ server, username, password, device }, options));
    },
    async sendDeviceCode({ uid, ...asked }) {
      await sendDeviceCode({ server: await normalised(asked.server), uid }, options);
    },
    async verifyDevice({ username, uid, code, ...asked }) {
      const server = await normalised(asked.server);
      const answer = await verifyDevice({ server, uid, code }, options);
      return 'token' in answer ? asTyped(server, username, answer) : answer;
    },
    scan: scanSignInWith(device, normalised, nameOf, options),
  };
}
