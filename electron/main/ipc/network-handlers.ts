/** Answers of the main thread to the channels of the network settings. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { networkContract } from '../../../shared/ipc/contract/network.ts';
import type { MainNetwork } from '../network/main-network.ts';

export function networkHandlers(
  network: MainNetwork,
  server: () => string,
): Handlers<typeof networkContract> {
  return {
    'network.save': (config) => {
      network.save(config);
      return null;
    },
    'network.test': ({ config, server: typed }) => network.test(config, typed.trim() || server()),
    'network.chooseCaFile': () => network.chooseCaFile(),
    'network.forgetCaFile': () => {
      network.forgetCaFile();
      return null;
    },
    'network.signIn': async ({ proxy, user, password, remember }) => {
      await network.signIn(proxy, user, password, remember);
      return null;
    },
    'network.askSignIn': ({ proxy }) => {
      network.askSignIn(proxy);
      return null;
    },
    'network.putOffSignIn': () => {
      network.putOffSignIn();
      return null;
    },
    'network.forgetSignIn': ({ proxy }) => {
      network.forgetSignIn(proxy);
      return null;
    },
  };
}
