/** The network of the running app: Electron's own sessions, its environment, the file of the profile. */
import { session } from 'electron';
import { proxyEnvironment } from '../../core/network/environment.ts';
import { sessionInMemory } from '../security/page-session.ts';
import { MainNetwork, type MainNetworkOptions } from './main-network.ts';
import { openNetworkFile } from './network-file.ts';

export function openNetwork(
  userDataDir: string,
  options: Omit<MainNetworkOptions, 'file' | 'environment' | 'session'>,
): MainNetwork {
  return new MainNetwork({
    ...options,
    file: openNetworkFile(userDataDir, options.warn),
    environment: proxyEnvironment(),
    session: (which) => (which === 'own' ? session.defaultSession : sessionInMemory('network-test')),
  });
}
