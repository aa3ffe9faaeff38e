/** Devices of the account. */
import { z } from 'zod';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';
import { Sex } from './people.ts';

/** A device that signed in to the account. */
export const DeviceView = z.object({
  deviceId: z.string(),
  name: z.string(),
  model: z.string(),
  /** The server's local time, as it writes it: `YYYY-MM-DD HH:mm`; "" unknown. */
  lastLogin: z.string(),
  thisDevice: z.boolean(),
});
export type DeviceView = z.infer<typeof DeviceView>;

export const OwnProfile = z.object({ name: z.string(), sex: Sex, shortNo: z.string() });
export type OwnProfile = z.infer<typeof OwnProfile>;

export const MAX_OWN_NAME = 20;
export const MAX_AVATAR_UPLOAD = 1024 * 1024;
const Password = z.string().min(1).max(200);

export const accountContract = {
  'account.profile': query(Nothing, OwnProfile),
  /** One thing at a time. The server says what it does not take (a number that is another's, one that is set). */
  'account.change': call(
    z.union([
      z.object({ name: z.string().trim().min(1).max(MAX_OWN_NAME) }),
      z.object({ sex: Sex }),
      z.object({ shortNo: z.string().trim().min(1).max(40) }),
    ]),
    Done,
  ),
  /** The picture as it is to be seen: what was cut off never leaves this computer. */
  'account.setAvatar': call(
    z.object({
      bytes: z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_AVATAR_UPLOAD, {
          error: `a picture has 1 to ${MAX_AVATAR_UPLOAD} bytes`,
        }),
    }),
    Done,
  ),
  'account.setPassword': call(z.object({ password: Password, newPassword: Password }), Done),
  /** What the own QR code says; null: the server has none. */
  'account.qrCode': query(Nothing, z.string().nullable()),
  'account.devices': query(Nothing, z.array(DeviceView)),
  /** Takes a device off the list; it does not sign it out. No error for an id that is not on it. */
  'account.removeDevice': call(z.object({ deviceId: z.string().min(1).max(100) }), Done),
} as const;
