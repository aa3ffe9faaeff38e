/** Probe, sign in and register against a business server, for the sign-in form. */
import { hostname, release, type } from 'node:os';
import type { ServerProbe } from '../../../shared/ipc/contract/shell.ts';
import { hostIdentity } from '../../core/api/address-ranges.ts';
import { login, probeServer, register, type Device } from '../../core/api/sign-in.ts';
import {
  type PhoneRegistration,
  registerPhone,
  requestRegisterCode,
} from '../../core/api/phone-registration.ts';
import type { PhoneNumber } from '../../../shared/phone-number.ts';
import type { Fetch } from '../../core/api/http.ts';
import type { NewSignIn } from './accounts.ts';

export interface SignIn {
  probe: (address: string) => Promise<ServerProbe>;
  login: (form: { server: string; username: string; password: string }) => Promise<NewSignIn>;
  register: (form: {
    server: string;
    username: string;
    password: string;
    name: string;
  }) => Promise<NewSignIn>;
  requestCode: (form: PhoneNumber & { server: string }) => Promise<{ exists: boolean }>;
  registerPhone: (form: Omit<PhoneRegistration, 'device'>) => Promise<NewSignIn>;
}

/**
 * `deviceId` is the profile's: the server lists it among the account's devices. `known`: addresses of the accounts on
 * this computer; a host that is or was reached over https gets no password over plain http. `fetch`: the way to
 * servers; default: without any proxy.
 */
export function signInWith(
  deviceId: string,
  known: () => readonly string[] = () => [],
  fetch?: Fetch,
): SignIn {
  /** In this run, also without a sign-in: who blocks https after that gains nothing. */
  const seen = new Set<string>();
  const note = (server: string): void => {
    const url = URL.parse(server);
    if (url?.protocol === 'https:') seen.add(hostIdentity(url.hostname));
  };
  const probe = async (address: string, forPassword: boolean): Promise<ServerProbe> => {
    for (const server of known()) note(server);
    const found = await probeServer(address, { secureHosts: seen, forPassword, fetch });
    note(found.server);
    return found;
  };
  /** The form may hold what a person typed (`localhost:8090`); accounts are kept by the probed address. */
  const normalised = async (server: string): Promise<string> => (await probe(server, true)).server;
  const device: Device = {
    id: deviceId,
    name: hostname() || 'WuKong Desktop',
    model: `${type()} ${release()}`,
  };
  return {
    probe: (address) => probe(address, false),
    async login({ server, username, password }) {
      const address = await normalised(server);
      const { uid, name, token } = await login({ server: address, username, password, device }, { fetch });
      return { server: address, uid, username, name, token };
    },
    async register({ server, username, password, name }) {
      const address = await normalised(server);
      const person = await register({ server: address, username, password, name, device }, { fetch });
      return { server: address, uid: person.uid, username, name: person.name, token: person.token };
    },
    async requestCode({ server, zone, phone }) {
      return requestRegisterCode({ server: await normalised(server), zone, phone }, { fetch });
    },
    async registerPhone(form) {
      const server = await normalised(form.server);
      const { uid, name, token } = await registerPhone({ ...form, server, device }, { fetch });
      return { server, uid, username: form.zone + form.phone, name, token };
    },
  };
}
