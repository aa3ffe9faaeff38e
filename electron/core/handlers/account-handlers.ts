/** Devices of the account. */
import type { accountContract } from '../../../shared/ipc/contract/account.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { CoreContext } from './core-context.ts';
import type { Patience } from './patience.ts';

export function accountHandlers(
  { api, deviceId }: CoreContext,
  patience: Patience,
): Handlers<typeof accountContract> {
  return {
    async 'account.devices'() {
      const devices = await api.devices();
      return devices.map((device) => ({ ...device, thisDevice: device.deviceId === deviceId }));
    },

    async 'account.removeDevice'({ deviceId: removed }) {
      await patience.repeat(
        () => api.removeDevice(removed),
        async () => !(await api.devices()).some((device) => device.deviceId === removed),
      );
      return null;
    },
  };
}
