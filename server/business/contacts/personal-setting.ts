/** A person's own settings of a chat or a group, as the routes take them (tsdd-api.md 2.2, 3.2). */
import { z } from 'zod';
import { Flag01 } from '../http/validation.ts';
import type { ChannelSetting } from './channel-settings.ts';

/** Absent keys stay untouched; unknown ones are ignored as TSDD does; a wrong type is a 400 where TSDD panics. */
export const PersonalSetting = z.object({
  mute: Flag01.optional(),
  top: Flag01.optional(),
  chat_pwd_on: Flag01.optional(),
  screenshot: Flag01.optional(),
  revoke_remind: Flag01.optional(),
  receipt: Flag01.optional(),
  flame: Flag01.optional(),
  flame_second: z.int().min(0).max(86_400).optional(),
  remark: z.string().max(100).optional(),
});

/** Drops keys that are undefined, so that they do not overwrite. */
export function definedOnly(changes: Record<string, unknown>): Partial<ChannelSetting> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
