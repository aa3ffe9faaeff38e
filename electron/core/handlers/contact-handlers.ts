/** Contacts and friend requests. They need the server: without it they answer `network`. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { contactContract } from '../../../shared/ipc/contract/contacts.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { accountNames } from '../../../shared/phone-number.ts';
import type { CoreContext } from './core-context.ts';

export function contactHandlers(context: CoreContext): Handlers<typeof contactContract> {
  const { store, api, sync, log } = context;

  function refreshRequests(): void {
    sync.directory.refreshFriendRequests().catch((error: unknown) => {
      log('info', `friend requests: ${reasonOf(error)}`);
    });
  }

  return {
    'contacts.list': () => store.people.contacts(),

    async 'contacts.find'({ keyword }) {
      let found: Awaited<ReturnType<typeof api.searchUser>> = null;
      for (const name of accountNames(keyword)) if ((found = await api.searchUser(name))) break;
      if (!found) return null;
      return { ...found, friend: store.people.contacts().some((contact) => contact.uid === found.uid) };
    },

    async 'contacts.apply'({ uid, vercode, remark }) {
      await api.applyFriend(uid, vercode, remark);
      return null;
    },

    async 'contacts.requests'() {
      const requests = await api.friendRequests();
      refreshRequests();
      return requests;
    },

    async 'contacts.accept'({ token }) {
      await api.acceptFriend(token);
      await sync.directory.syncFriends();
      refreshRequests();
      return null;
    },

    async 'contacts.refuse'({ uid }) {
      await api.refuseFriend(uid);
      refreshRequests();
      return null;
    },
  };
}
