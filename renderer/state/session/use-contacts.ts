import { useEffect, useState } from 'react';
import type { ContactView, FriendRequestView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { useSession } from './session-store.ts';

/** The friends; null until they are known. Read again whenever the core says that they changed. */
export function useContacts(): { contacts: ContactView[] | null; failed: boolean } {
  const version = useSession((state) => state.contactsVersion);
  const [contacts, setContacts] = useState<ContactView[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const list = await call('contacts.list', undefined).catch(() => null);
      if (!current) return;
      if (list) setContacts(list);
      setFailed(list === null);
    };
    void load();
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra or missing ones are what the effect is meant to follow
  }, [version]);
  return { contacts, failed };
}

/** Friend requests; null until they are known. */
export function useFriendRequests(): FriendRequestView[] | null {
  const version = useSession((state) => state.requestsVersion);
  const [requests, setRequests] = useState<FriendRequestView[] | null>(null);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const list = await call('contacts.requests', undefined).catch(() => []);
      if (current) setRequests(list);
    };
    void load();
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra or missing ones are what the effect is meant to follow
  }, [version]);
  return requests;
}
