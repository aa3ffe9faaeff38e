import { useEffect, useState } from 'react';
import type { ContactView, FriendRequestView } from '../../../shared/domain.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session-store.ts';

/** The friends; null until they are known. Read again whenever the core says that they changed. */
export function useContacts(): { contacts: ContactView[] | null; failed: boolean } {
  const version = useSession((state) => state.contactsVersion);
  const [contacts, setContacts] = useState<ContactView[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    call('contacts.list', undefined).then(
      (list) => {
        if (!current) return;
        setContacts(list);
        setFailed(false);
      },
      () => {
        if (current) setFailed(true);
      },
    );
    return () => {
      current = false;
    };
  }, [version]);
  return { contacts, failed };
}

/** Friend requests; null until they are known. */
export function useFriendRequests(): FriendRequestView[] | null {
  const version = useSession((state) => state.requestsVersion);
  const [requests, setRequests] = useState<FriendRequestView[] | null>(null);
  useEffect(() => {
    let current = true;
    call('contacts.requests', undefined).then(
      (list) => {
        if (current) setRequests(list);
      },
      () => {
        if (current) setRequests([]);
      },
    );
    return () => {
      current = false;
    };
  }, [version]);
  return requests;
}
