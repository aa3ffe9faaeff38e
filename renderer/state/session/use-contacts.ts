import type { ContactView, FriendRequestView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { useLoaded } from '../use-loaded.ts';
import { useSession } from './session-store.ts';

const loadContacts = () => call('contacts.list', undefined);
const loadRequests = () => call('contacts.requests', undefined);

/** The friends; null until they are known. Read again whenever the core says that they changed. */
export function useContacts(): { contacts: ContactView[] | null; failed: boolean } {
  const version = useSession((state) => state.contactsVersion);
  const { value, failed } = useLoaded(loadContacts, version);
  return { contacts: value, failed };
}

/** Friend requests; null until they are known, none when they cannot be read. */
export function useFriendRequests(): FriendRequestView[] | null {
  const version = useSession((state) => state.requestsVersion);
  const { value, failed } = useLoaded(loadRequests, version);
  return failed ? [] : value;
}
