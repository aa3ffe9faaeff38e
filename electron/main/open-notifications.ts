/** Puts the notifications together with what they lead to: a place in the page, a reply, the attention of somebody. */
import type { Events } from '../../shared/ipc/contract/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Language, Translate } from '../../shared/strings/index.ts';
import { Notifications } from './notifications/notifications.ts';
import { type QuickReplyOptions, sendQuickReply } from './notifications/quick-reply.ts';
import type { ActiveChannel } from './windows/active-channel.ts';
import type { AttentionRequest } from './windows/attention-request.ts';
import type { Presence } from './windows/presence.ts';

export interface NotificationParts {
  settings: () => Settings;
  language: () => Language;
  t: Translate;
  activeChannel: ActiveChannel;
  presence: Presence;
  attention: AttentionRequest;
  navigate: (to: Events['shell.navigate']) => void;
  /** Of the open account. */
  ask: QuickReplyOptions['request'];
}

export function openNotifications(parts: NotificationParts): Notifications {
  const { t, attention, presence, navigate, ask } = parts;
  const replying: QuickReplyOptions = {
    request: ask,
    isAway: () => presence.isAway,
    onFailed: (channel, kept) =>
      notifications.notice(t('shell.replyFailed'), t(kept ? 'shell.replyKept' : 'shell.replyLost'), () =>
        navigate({ to: 'channel', channel, messageSeq: null }),
      ),
  };
  const notifications = new Notifications({
    settings: parts.settings,
    language: parts.language,
    focusedChannel: () => parts.activeChannel.inFocus(),
    open: (channel, messageSeq) =>
      navigate({ to: 'channel', channel, messageSeq: messageSeq > 0 ? messageSeq : null }),
    reply: (channel, messageSeq, text) => void sendQuickReply(replying, channel, messageSeq, text),
    attract: () => attention.start(),
    calm: () => attention.end(),
  });
  return notifications;
}
