/** Numbers of people on contact cards: asked for once each, when a card is drawn. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { call } from '../bridge.ts';
import { useSession } from '../session/session-store.ts';

/** More cards than that are on no screen. */
const MOST = 200;

/** By uid; '' = asked for, or not to be had. */
const useNumbers = create<{ known: ReadonlyMap<string, string> }>(() => ({ known: new Map() }));

function put(uid: string, shortNo: string): void {
  const known = new Map(useNumbers.getState().known).set(uid, shortNo);
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  useNumbers.setState({ known });
}

export function useShortNumber(uid: string): string {
  const shortNo = useNumbers((state) => state.known.get(uid));
  useEffect(() => {
    if (uid === '' || shortNo !== undefined) return;
    put(uid, '');
    void call('people.profile', { uid }).then(
      (profile) => put(uid, profile.shortNo),
      () => undefined,
    );
  }, [uid, shortNo]);
  return shortNo ?? '';
}

useSession.subscribe((state, before) => {
  if (state.phase !== before.phase && state.phase !== 'ready') useNumbers.setState({ known: new Map() });
});
