/** Waiting with an end. */
import { setTimeout as delay } from 'node:timers/promises';
import { Shortcoming } from './shortcoming.ts';

const PAUSE_MS = 150;

/** What `promise` resolves with. @throws Shortcoming after `ms` */
export async function settled<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_done, fail) => {
        timer = setTimeout(() => fail(new Shortcoming(`${what}: nothing within ${ms / 1000} s`)), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again until `ask` has something; null after `ms`. For what a server writes behind its answer. */
export async function eventually<T>(ms: number, ask: () => Promise<T | null | undefined>): Promise<T | null> {
  const until = performance.now() + ms;
  for (;;) {
    const found = await ask();
    if (found !== null && found !== undefined) return found;
    if (performance.now() >= until) return null;
    await delay(PAUSE_MS);
  }
}
