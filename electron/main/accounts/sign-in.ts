/** Probe, sign in and register against a business server, for the sign-in form. */
import { hostname, release, type } from 'node:os';
import type { ServerProbe } from '../../../shared/ipc/contract/shell.ts';
import { login, probeServer, register, type Device } from '../../core/api/sign-in.ts';
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
}

/** The form may hold what a person typed (`localhost:8090`); accounts are kept by the probed address. */
async function normalised(server: string): Promise<string> {
  return (await probeServer(server)).server;
}

/** `deviceId` is the profile's: the server lists it among the account's devices. */
export function signInWith(deviceId: string): SignIn {
  const device: Device = {
    id: deviceId,
    name: hostname() || 'WuKong Desktop',
    model: `${type()} ${release()}`,
  };
  return {
    probe: (address) => probeServer(address),
    async login({ server, username, password }) {
      const address = await normalised(server);
      const { uid, name, token } = await login({ server: address, username, password, device });
      return { server: address, uid, username, name, token };
    },
    async register({ server, username, password, name }) {
      const address = await normalised(server);
      const person = await register({ server: address, username, password, name, device });
      return { server: address, uid: person.uid, username, name: person.name, token: person.token };
    },
  };
}
