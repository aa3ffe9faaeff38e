import { useContacts } from '../../state/session/use-contacts.ts';

/** Accounts of the server itself, with whom everybody begins (tsdd-api.md 1.1). */
const OF_THE_SERVER = new Set(['u_10000', 'fileHelper']);

/** Nobody is a friend yet. False while that is not known. */
export function useAlone(): boolean {
  const { contacts } = useContacts();
  return contacts?.every(({ uid }) => OF_THE_SERVER.has(uid)) === true;
}
