/** Devices of the account. */
import { z } from 'zod';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';

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

export const accountContract = {
  'account.devices': query(Nothing, z.array(DeviceView)),
  /** Takes a device off the list; it does not sign it out. No error for an id that is not on it. */
  'account.removeDevice': call(z.object({ deviceId: z.string().min(1).max(100) }), Done),
} as const;
