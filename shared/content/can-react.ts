/** To which messages people react: what somebody said and the server has, while it is there. */
import type { MessageView } from '../domain.ts';

export const canReact = ({ content, flame, messageId, recall, send }: MessageView): boolean =>
  messageId !== null &&
  send.state === 'sent' &&
  (recall === null || recall.state === 'denied') &&
  flame === null &&
  content.kind !== 'system' &&
  content.kind !== 'recalled';
