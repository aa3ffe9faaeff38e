import { useEffect, useRef, useState } from 'react';
import type { Scanner } from '../../../shared/ipc/contract/sign-in.ts';
import { call } from '../../state/bridge.ts';
import { type Span, spanFromNow } from '../../ui/use-countdown.ts';

/** A code that nobody scanned is renewed so often by itself; then somebody has to want another. */
const RENEWED = 3;
/** Between two questions, for a server that does not hold them. */
const PAUSE_MS = 1_000;
const RETRY_MS = 4_000;

export type ScanView =
  | { state: 'loading' }
  | { state: 'waiting'; text: string; valid: Span; validMs: number }
  | { state: 'scanned'; person: Scanner | null }
  | { state: 'granted'; person: Scanner | null; id: number }
  | { state: 'expired'; text: string; validMs: number }
  | { state: 'unreachable' };

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    window.setTimeout(resolve, ms);
  });

const untilSeen = (): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'hidden') return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });

/**
 * The code of a server and what becomes of it. Nothing is asked while nobody can see it. `again` starts anew, at any
 * time.
 */
export function useScanCode(server: string): { view: ScanView; again: () => void } {
  const [round, setRound] = useState(0);
  const [shown, setShown] = useState<{ round: number; view: ScanView }>({
    round,
    view: { state: 'loading' },
  });
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => {
    /** `rests`: the question that is on its way is given up. */
    const life = { isOver: false, rests: false };
    /** The code on the screen; null = none. */
    let id: number | null = null;
    const show = (view: ScanView): void => {
      if (!life.isOver) setShown({ round, view });
    };
    const rest = (): void => {
      life.rests = true;
      if (id !== null) void call('signIn.scanStop', { id }).catch(() => undefined);
    };
    const whenHidden = (): void => {
      if (document.visibilityState === 'hidden') rest();
    };

    /** One code, until something comes of it. */
    const once = async (): Promise<'granted' | 'expired' | 'scanned-expired'> => {
      const code = await call('signIn.scanStart', { server });
      id = code.id;
      const valid = spanFromNow(code.validMs);
      let wasScanned = false;
      // A server may hold the last question for longer than the code is good for.
      const end = window.setTimeout(() => wasScanned || rest(), code.validMs);
      show({ state: 'waiting', text: code.text, valid, validMs: code.validMs });
      while (!life.isOver) {
        await untilSeen();
        if (!wasScanned && performance.now() >= valid.untilMs) return 'expired';
        const askedAt = performance.now();
        life.rests = false;
        const answer = await call('signIn.scanPoll', { id: code.id }).catch((error: unknown) => {
          if (life.rests) return null;
          window.clearTimeout(end);
          throw error;
        });
        if (life.isOver || answer === null) continue;
        if (answer.state === 'granted') {
          window.clearTimeout(end);
          show({ state: 'granted', person: answer.person, id: code.id });
          return 'granted';
        }
        if (answer.state === 'expired') {
          window.clearTimeout(end);
          return wasScanned ? 'scanned-expired' : 'expired';
        }
        if (answer.state === 'scanned' && !wasScanned) {
          wasScanned = true;
          show({ state: 'scanned', person: answer.person });
        }
        const left = wasScanned ? PAUSE_MS : Math.min(PAUSE_MS, valid.untilMs - performance.now());
        await pause(Math.max(0, left - (performance.now() - askedAt)));
      }
      return 'expired';
    };

    const run = async (): Promise<void> => {
      for (let renewed = 0; !life.isOver;) {
        try {
          const end = await once();
          if (life.isOver || end === 'granted') return;
          // Whoever scanned it and did not say yes has looked at the screen: not another one by itself.
          if (end === 'scanned-expired' || renewed >= RENEWED) break;
          renewed += 1;
        } catch {
          show({ state: 'unreachable' });
          await pause(RETRY_MS);
        }
      }
      setShown((now) => (life.isOver ? now : { round, view: expiredOf(now.view) }));
    };

    document.addEventListener('visibilitychange', whenHidden);
    void run();
    stop.current = () => {
      life.isOver = true;
      rest();
    };
    return () => {
      document.removeEventListener('visibilitychange', whenHidden);
      stop.current();
    };
  }, [server, round]);
  return {
    view: shown.round === round ? shown.view : { state: 'loading' },
    again() {
      stop.current();
      setRound(round + 1);
    },
  };
}

const expiredOf = (view: ScanView): ScanView =>
  view.state === 'waiting'
    ? { state: 'expired', text: view.text, validMs: view.validMs }
    : { state: 'expired', text: '', validMs: 0 };
