import { useEffect, useState } from 'react';
import type { PhoneNumber } from '../../../shared/phone-number.ts';

/** TSDD sends a number one SMS a minute (tsdd-api.md 1.1). */
const AGAIN_MS = 60_000;

export interface SmsCode {
  /** Seconds until the number may get another; 0 = it may now. */
  waitSeconds: number;
  asking: boolean;
  /** Has one sent; `send` throws what came in between. */
  ask: () => Promise<void>;
}

/** The SMS code of the number in the form: asked for, and not again before its minute is over. */
export function useSmsCode(
  number: PhoneNumber | null,
  send: (number: PhoneNumber) => Promise<void>,
): SmsCode {
  const [sent, setSent] = useState<{ to: string; againMs: number } | null>(null);
  const [nowMs, setNowMs] = useState(0);
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (sent === null) return undefined;
    const timer = window.setInterval(() => {
      setNowMs(performance.now());
      if (performance.now() >= sent.againMs) window.clearInterval(timer);
    }, 500);
    return () => window.clearInterval(timer);
  }, [sent]);
  const to = number === null ? '' : number.zone + number.phone;
  const waitSeconds = sent?.to === to ? Math.max(0, Math.ceil((sent.againMs - nowMs) / 1000)) : 0;
  return {
    waitSeconds,
    asking,
    async ask() {
      if (number === null || asking || waitSeconds > 0) return;
      setAsking(true);
      try {
        await send(number);
        setNowMs(performance.now());
        setSent({ to, againMs: performance.now() + AGAIN_MS });
      } finally {
        setAsking(false);
      }
    },
  };
}
