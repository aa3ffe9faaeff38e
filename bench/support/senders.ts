/** Sends many messages, and waits for what follows. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Peer, SentMessage } from '../../e2e/fixtures/people/peer.ts';

/** SENDs on the wire at once. */
const IN_FLIGHT = 64;
const LATE_MS = 180_000;

/** `count` texts, which end with their number; answers them in order of message_seq. */
export async function sendMany(
  from: Peer,
  to: { channelId: string; channelType: number },
  count: number,
  textOf: (n: number) => string,
): Promise<SentMessage[]> {
  const sent: SentMessage[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      sent.push(await from.sendText(to.channelId, to.channelType, textOf(next)));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return sent.sort((a, b) => a.messageSeq - b.messageSeq);
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LATE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited too long for ${what}`);
    await delay(50);
  }
}
