/** Oneself at the server: card, picture, password, devices. */
import { ChannelType } from '../../../shared/domain.ts';
import type { accountContract } from '../../../shared/ipc/contract/account.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { CoreContext } from './core-context.ts';
import { readableName } from './group-changes.ts';
import type { Patience } from './patience.ts';
import { uploadedType } from './uploaded-picture.ts';

export function accountHandlers(context: CoreContext, patience: Patience): Handlers<typeof accountContract> {
  const { api, deviceId } = context;
  return {
    'account.profile': () => api.ownProfile(context.me().uid),

    async 'account.change'(wanted) {
      const change = 'name' in wanted ? { name: readableName(wanted.name) } : wanted;
      await patience.inTurn('own card', () => patience.repeat(() => api.changeOwn(change)));
      await context.refreshMe();
      return null;
    },

    async 'account.setAvatar'({ bytes }) {
      const mime = await uploadedType(bytes);
      const me = { channelId: context.me().uid, channelType: ChannelType.person };
      await patience.inTurn('own picture', () => patience.repeat(() => api.uploadAvatar(me, bytes, mime)));
      context.avatars.changed(me);
      return null;
    },

    async 'account.setPassword'({ password, newPassword }) {
      await patience.once(
        () => api.changePassword(password, newPassword),
        () => undefined,
      );
      return null;
    },

    async 'account.qrCode'() {
      try {
        return await api.ownQrCode();
      } catch (error) {
        if (error instanceof CodedError && (error.code === 'refused' || error.code === 'notCompatible'))
          return null;
        throw error;
      }
    },

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
