/** Whether somebody waits for a server that takes its time, for the dialog or the corner that says so. */
import { useEffect } from 'react';
import { create } from 'zustand';

/** A server that is well answers long before. */
const WAITING_MS = 5_000;

const useWaits = create(() => ({ waiting: 0, notes: 0 }));

const count = (change: 1 | -1): void => useWaits.setState(({ waiting }) => ({ waiting: waiting + change }));

export async function whileServerWorks<T>(answer: Promise<T>): Promise<T> {
  let isLong = false;
  const timer = window.setTimeout(() => {
    isLong = true;
    count(1);
  }, WAITING_MS);
  try {
    return await answer;
  } finally {
    window.clearTimeout(timer);
    if (isLong) count(-1);
  }
}

/** A dialog says it as long as this is mounted: it is not said a second time elsewhere. */
export function useSaysServerWait(): void {
  useEffect(() => {
    const note = (change: 1 | -1): void => useWaits.setState(({ notes }) => ({ notes: notes + change }));
    note(1);
    return () => note(-1);
  }, []);
}

/** Nobody says it yet. */
export const useServerWaitUnsaid = (): boolean =>
  useWaits(({ waiting, notes }) => waiting > 0 && notes === 0);

export const useServerWait = (): boolean => useWaits(({ waiting }) => waiting > 0);
