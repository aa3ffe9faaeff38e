/** Contacts and friend requests. They need the server: without it they answer `network`. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { contactContract } from '../../../shared/ipc/contract/contacts.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { FriendRequestView } from '../../../shared/domain.ts';
import { accountNames } from '../../../shared/phone-number.ts';
import type { CoreContext } from './core-context.ts';
import type { Patience } from './patience.ts';

export function contactHandlers(context: CoreContext, patience: Patience): Handlers<typeof contactContract> {
  const { store, api, sync, log } = context;

  function refreshRequests(): void {
    sync.directory.refreshFriendRequests().catch((error: unknown) => {
      log('info', `friend requests: ${reasonOf(error)}`);
    });
  }

  /** Whether the server says this of one request to be a friend. */
  async function isRequest(is: (request: FriendRequestView) => boolean): Promise<boolean> {
    return (await api.friendRequests()).some(is);
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
      await patience.once(() => api.applyFriend(uid, vercode, remark), refreshRequests);
      return null;
    },

    async 'contacts.requests'() {
      const requests = await api.friendRequests();
      refreshRequests();
      return requests;
    },

    async 'contacts.accept'({ token }) {
      await patience.repeat(
        () => api.acceptFriend(token),
        () => isRequest((request) => request.token === token && request.status === 'accepted'),
      );
      await sync.directory.syncFriends();
      refreshRequests();
      return null;
    },

    async 'contacts.refuse'({ uid }) {
      await patience.repeat(
        () => api.refuseFriend(uid),
        () => isRequest((request) => request.uid === uid && request.status === 'refused'),
      );
      refreshRequests();
      return null;
    },
  };
}
