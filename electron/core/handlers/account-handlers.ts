/** Devices of the account. */
import type { accountContract } from '../../../shared/ipc/contract/account.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { CoreContext } from './core-context.ts';

export function accountHandlers({ api, deviceId }: CoreContext): Handlers<typeof accountContract> {
  return {
    async 'account.devices'() {
      const devices = await api.devices();
      return devices.map((device) => ({ ...device, thisDevice: device.deviceId === deviceId }));
    },

    async 'account.removeDevice'(device) {
      await api.removeDevice(device.deviceId);
      return null;
    },
  };
}
