/** Pictures of people and groups. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { query } from './channel.ts';

export const AvatarView = z.object({
  channel: ChannelRef,
  /** For `<img src>`; '' = none is here (yet). */
  url: z.string(),
});
export type AvatarView = z.infer<typeof AvatarView>;

export const avatarContract = {
  /** What is on this computer; what is not is asked for and arrives as a delta, as does every later change. */
  'avatars.get': query(z.object({ channels: z.array(ChannelRef).min(1).max(500) }), z.array(AvatarView)),
} as const;
