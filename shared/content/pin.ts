/** Pinned messages (docs/pinned-messages.md): what is shown of one, and who may pin. */
import { z } from 'zod';
import { type ChannelInfoView, ChannelType, MessageView, Role } from '../domain.ts';

/** One pinned message of a chat; the oldest pin first. Of what is recalled, being recalled or gone there is none. */
export const PinView = z.object({
  message: MessageView,
  /** Mine is on its way to the server. */
  pending: z.literal(true).exactOptional(),
});
export type PinView = z.infer<typeof PinView>;

/** What somebody said and the server has, while it is there; not what burns after reading. */
export const canPin = ({ content, flame, messageId, recall, send }: MessageView): boolean =>
  messageId !== null &&
  send.state === 'sent' &&
  (recall === null || recall.state === 'denied') &&
  flame === null &&
  content.kind !== 'system' &&
  content.kind !== 'recalled';

type Rules = Pick<ChannelInfoView, 'channel' | 'myRole' | 'composerBlock' | 'membersPin'>;

/** Whoever is muted may still pin; whoever is no longer in the chat may not. */
const isIn = ({ composerBlock }: Rules): boolean =>
  composerBlock === null || composerBlock === 'muted' || composerBlock === 'mutedAll';

/** Of a group: owner and managers, and everybody where it lets them. Of two people: both (tsdd-api.md 5.2). */
export function mayPin(info: Rules): boolean {
  if (!isIn(info)) return false;
  if (info.channel.channelType !== ChannelType.group) return true;
  return mayUnpinAll(info) || (info.myRole !== null && info.membersPin === true);
}

export function mayUnpinAll(info: Rules): boolean {
  if (!isIn(info)) return false;
  if (info.channel.channelType !== ChannelType.group) return true;
  return info.myRole === Role.owner || info.myRole === Role.manager;
}
