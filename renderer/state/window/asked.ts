/** What a link or a task of the system's list asked for, until it is answered. Only the newest one. */
import { create } from 'zustand';
import type { Asked } from '../../../shared/deep-link.ts';
import { call } from '../bridge.ts';

export const useAsked = create<{ asked: Asked | null }>(() => ({ asked: null }));

/** Asks the shell for it: at the start, and when it says that there is something. */
export async function takeAsked(): Promise<void> {
  const asked = await call('shell.takeAsked', undefined).catch(() => null);
  if (asked !== null) useAsked.setState({ asked });
}

export function endAsked(): void {
  useAsked.setState({ asked: null });
}
