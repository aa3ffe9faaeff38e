/** Puts the lock together with all that must be shut: pages, worker, notifications; and with what shuts it. */
import type { Place } from '../../shared/ipc/contract/accounts.ts';
import type { Handlers } from '../../shared/ipc/contract/channel.ts';
import type { LockContract } from '../../shared/ipc/contract/contract.ts';
import type { Destination } from '../../shared/ipc/contract/windows.ts';
import type { ChannelRef } from '../../shared/domain.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Language } from '../../shared/strings/index.ts';
import type { AccountSession } from './accounts/account-session.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Places } from './ipc/account-handlers.ts';
import { endDialogs } from './files/file-dialog.ts';
import { AppLock } from './lock/app-lock.ts';
import { IdleWatch } from './lock/idle-watch.ts';
import type { AccountNotifications } from './notifications/account-notifications.ts';
import type { ActiveChannel } from './windows/active-channel.ts';
import { closeEditMenu } from './windows/edit-menu.ts';
import type { Presence } from './windows/presence.ts';
import type { Windows } from './windows/windows.ts';

/** A page that does not answer is locked all the same. */
const LEAVE_MS = 1_000;

export interface LockParts {
  userDataDir: string;
  settings: () => Settings;
  language: () => Language;
  presence: Pick<Presence, 'isAway'>;
  accounts: Accounts;
  places: Places;
  session: () => AccountSession;
  windows: () => Windows;
  activeChannel: () => ActiveChannel;
  notifications: () => AccountNotifications;
  onChanged: () => void;
  /** An organisation wants a passcode: nothing of an account is shown before there is one. */
  isRequired: boolean;
  warn: (message: string) => void;
}

export interface OpenedLock {
  lock: AppLock;
  idle: IdleWatch;
  /** Whether somebody is there may have changed; also after the app is ready. */
  attend: () => void;
  /** Another account is on the screen, or none. */
  onSwitched: () => void;
  handlers: Handlers<LockContract, string | null>;
  /** A place in the app that something outside asked for: false = it waits behind the lock. */
  mayGoTo: (to: Destination) => boolean;
}

export function openLock(parts: LockParts): OpenedLock {
  const { accounts, places, settings, presence } = parts;
  let leaving: NodeJS.Timeout | null = null;
  /** Pages that have not put away yet what they must. */
  let waiting = 0;
  /** One of them had all the time there is. */
  let hangs = false;
  /** Somebody was being asked for a file when it was locked. */
  let wasAsking = false;
  /** Chats whose windows come back when it is open again. */
  let put: { of: string | null; channels: ChannelRef[] } = { of: null, channels: [] };
  const lock: AppLock = new AppLock({
    userDataDir: parts.userDataDir,
    warn: parts.warn,
    onChange(locked) {
      if (leaving) clearTimeout(leaving);
      leaving = null;
      attend();
      if (locked) {
        parts.activeChannel().set(null);
        parts.notifications().hideAll();
        parts.session().screenLocked();
        put = { of: parts.session().account?.id ?? null, channels: parts.windows().chats.closeAll() };
        closeEditMenu();
        const isAsking = endDialogs();
        wasAsking ||= isAsking;
        // A new page, that holds nothing of before.
        parts.windows().anew(isAsking ? 'window' : hangs ? 'ended' : 'page');
        hangs = false;
        return;
      }
      idle.used();
      parts.windows().send('lock.changed', 'unlocked');
      if (wasAsking) parts.windows().send('lock.changed', 'cancelled');
      wasAsking = false;
      // (Signed out from afar meanwhile, another account may have come on the screen.)
      const { of, channels } = put;
      put = { of: null, channels: [] };
      if (of !== null && of === parts.session().account?.id)
        for (const channel of channels) parts.windows().chats.open(channel, null, false);
    },
  });
  const attend = (): void => {
    const hidden = lock.isLocked;
    parts.session().setPresence({ hidden, attended: !hidden && !presence.isAway });
  };
  /** The pages store what is being typed first. */
  const leave = (): void => {
    if (!lock.isSet || lock.isLocked || leaving) return;
    const windows = parts.windows();
    waiting = windows.chats.channels.length + (windows.main() === null ? 0 : 1);
    if (!windows.send('lock.changed', 'leave')) return lock.lock();
    leaving = setTimeout(() => {
      hangs = true;
      lock.lock();
    }, LEAVE_MS);
  };
  const idle = new IdleWatch({
    isOpen: () => lock.isSet && !lock.isLocked,
    settings,
    isAway: () => presence.isAway,
    lock: leave,
  });
  idle.follow(lock.isSet);

  /** Whatever could not be erased is said, and tried again. */
  const forgetAll = async (): Promise<void> => {
    const session = parts.session();
    const current = session.account?.id;
    const all = accounts.list().map(({ id }) => id);
    const forget = (ids: string[]): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(ids.map((id) => session.forget(id)));
    // The one on the screen last: no other is to take its place.
    const ends = await forget(all.filter((id) => id !== current));
    ends.push(...(await forget(all.filter((id) => id === current))));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw new CodedError('internal', `not everything was erased: ${String(failed.reason)}`);
    lock.clear();
    idle.follow(false);
    parts.onChanged();
  };

  return {
    lock,
    idle,
    attend,
    onSwitched() {
      if (parts.isRequired && parts.session().account !== null) lock.demand();
    },
    mayGoTo(to) {
      if (!lock.isLocked) return true;
      const current = parts.session().account?.id ?? null;
      if (to.to === 'channel' && current !== null && (to.account ?? current) === current)
        places.openNext(current, { channel: to.channel, messageSeq: to.messageSeq });
      return false;
    },
    handlers: {
      'lock.state': () => ({
        language: parts.language(),
        theme: settings().theme,
        fontSize: settings().fontSize,
        waitMs: lock.waitMs,
        usable: lock.isUsable,
        setup: lock.isDemanding,
      }),
      'lock.unlock': ({ passcode }) => lock.unlock(passcode),
      async 'lock.choose'({ passcode }) {
        await lock.choose(passcode);
        idle.follow(true);
        parts.onChanged();
        return null;
      },
      'lock.now'({ place }: { place: Place | null }, from) {
        if (lock.isLocked) return null;
        if (!lock.isSet) throw new CodedError('invalidState', 'there is no passcode');
        // (The window of a chat has none.)
        if (from !== null && place !== null) places.leave(from, place);
        // Whoever asks for it has left already: the others are told.
        leave();
        waiting -= 1;
        if (waiting <= 0) lock.lock();
        return null;
      },
      async 'lock.forget'() {
        await forgetAll();
        return null;
      },
      async 'lock.set'({ current, next }) {
        if (next === null && parts.isRequired)
          throw new CodedError('managed', 'your organisation wants an app lock', 'lock');
        const answer = await lock.set(current, next);
        if (answer.is === 'right') {
          idle.follow(lock.isSet);
          parts.onChanged();
        }
        return answer;
      },
      'lock.used'() {
        idle.used();
        return null;
      },
    },
  };
}
