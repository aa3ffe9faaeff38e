/** Pictures of people and groups. */
import type { avatarContract } from '../../../shared/ipc/contract/avatars.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { CoreContext } from './core-context.ts';

export function avatarHandlers({ avatars }: CoreContext): Handlers<typeof avatarContract> {
  return { 'avatars.get': ({ channels }) => avatars.get(channels) };
}
