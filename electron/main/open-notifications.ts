/** Puts the notifications together with what they lead to: a place in the page, a reply, the attention of somebody. */
import type { Tone } from '../../shared/chat-notice.ts';
import type { Destination } from '../../shared/ipc/contract/windows.ts';
import type { Events } from '../../shared/ipc/contract/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Language, PlainKey, Translate } from '../../shared/strings/index.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { AccountSession } from './accounts/account-session.ts';
import { AccountNotifications } from './notifications/account-notifications.ts';
import { type QuickReplyOptions, type ReplyTrouble, sendQuickReply } from './notifications/quick-reply.ts';
import type { ActiveChannel } from './windows/active-channel.ts';
import type { AttentionRequest } from './windows/attention-request.ts';
import type { Presence } from './windows/presence.ts';

const TROUBLES: Readonly<Record<ReplyTrouble, readonly [title: PlainKey, body: PlainKey]>> = {
  kept: ['shell.replyFailed', 'shell.replyKept'],
  keptGone: ['shell.replyGone', 'shell.replyKept'],
  lost: ['shell.replyFailed', 'shell.replyLost'],
  failed: ['shell.replyFailed', 'shell.replyOutbox'],
  waiting: ['shell.replyWaiting', 'shell.replyWaitingBody'],
};

export interface NotificationParts {
  settings: () => Settings;
  language: () => Language;
  t: Translate;
  activeChannel: ActiveChannel;
  presence: Presence;
  attention: AttentionRequest;
  navigate: (to: Destination) => void;
  /** The main window's page; null = there is none. */
  page: () => { send: (event: 'shell.sound', tone: Tone) => void } | null;
  isLocked: () => boolean;
  send: (event: 'reminders.due', payload: Events['reminders.due']) => void;
  accounts: Accounts;
  session: () => Pick<AccountSession, 'account' | 'request'>;
}

export function openNotifications(parts: NotificationParts): AccountNotifications {
  const { accounts, t, attention, presence, navigate, session } = parts;
  const replyingAs = (account: string): QuickReplyOptions => ({
    request: (channel, args) => session().request(channel, args, account),
    isAway: () => presence.isAway || parts.isLocked(),
    onTrouble(channel, trouble) {
      const [title, body] = TROUBLES[trouble];
      notifications.notice(t(title), t(body), () =>
        navigate({ to: 'channel', channel, messageSeq: null, account }),
      );
    },
  });
  const notifications = new AccountNotifications({
    current: () => session().account?.id ?? null,
    nameOf(account) {
      if (accounts.rail().length < 2) return null;
      return accounts.ownWords(account).tag ?? accounts.find(account)?.name ?? null;
    },
    isMuted: (account) => accounts.ownWords(account).muted,
    isLocked: parts.isLocked,
    settings: parts.settings,
    language: parts.language,
    focusedChannel: () => parts.activeChannel.inFocus(),
    open: (account, channel, messageSeq) =>
      navigate({ to: 'channel', channel, messageSeq: messageSeq > 0 ? messageSeq : null, account }),
    openList: (account) => navigate({ to: 'chats', account }),
    reply: (account, answered, text) => void sendQuickReply(replyingAs(account), answered, text),
    play(tone) {
      const page = parts.page();
      page?.send('shell.sound', tone);
      return page !== null;
    },
    remindInPage: (account, { channel, messageSeq, title }) =>
      parts.send('reminders.due', { account, channel, messageSeq, title }),
    attract: () => attention.start(),
    calm: () => attention.end(),
  });
  return notifications;
}
