/** Which messages of a chat are told of. */
import { z } from 'zod';
import { type ChatNotice, DEFAULT_NOTICE } from './chat-notice.ts';
import { ChannelType } from './domain.ts';

/** `mentions`: only what mentions me, or everybody. */
const LEVELS = ['all', 'mentions', 'none'] as const;
export const NotifyLevel = z.enum(LEVELS);
export type NotifyLevel = z.infer<typeof NotifyLevel>;

/**
 * TSDD has one switch for it (`mute`, tsdd-api.md 2.2 and 3.2), which all devices of an account share: a muted group is
 * `mentions` here, unless this computer was told otherwise. Between two people there is nobody to be mentioned.
 */
export function levelOf({
  channel,
  muted,
  notify = DEFAULT_NOTICE,
}: {
  channel: { channelType: number };
  muted: boolean;
  notify?: ChatNotice | undefined;
}): NotifyLevel {
  if (!muted) return 'all';
  return channel.channelType === ChannelType.person || !notify.mentions ? 'none' : 'mentions';
}

/** The levels that a chat can have. */
export const levelsOf = (channelType: number): readonly NotifyLevel[] =>
  channelType === ChannelType.person ? ['all', 'none'] : LEVELS;
