/** Candidates for notifications go out at a pace; of what exceeds it the newest of each chat is kept. */
import { channelKey } from '../../../shared/domain.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';

type Notify = Extract<FromWorker, { kind: 'notify' | 'renotify' | 'withdraw' }>;
type Candidate = Extract<FromWorker, { kind: 'notify' }>;

const NOTIFY_BURST = 50;
const NOTIFY_REFILL_MS = 100;

export interface NotifyPace {
  /** Withdrawals pass at once, and take with them what still waits. */
  post: (message: Notify) => void;
  /** A candidate waits, and the next one of its chat takes its place. */
  isFull: () => boolean;
  close: () => void;
}

export function createNotifyPace(post: (message: Notify) => void): NotifyPace {
  let room = NOTIFY_BURST;
  let timer: NodeJS.Timeout | undefined;
  /** Newest of each chat beyond the pace, oldest chat first. */
  const waiting = new Map<string, Candidate>();

  function refill(): void {
    timer = undefined;
    room += 1;
    const [next] = waiting;
    if (next) {
      waiting.delete(next[0]);
      room -= 1;
      post(next[1]);
    }
    if (room < NOTIFY_BURST) timer = setTimeout(refill, NOTIFY_REFILL_MS);
  }

  function withdrawn(message: Extract<Notify, { kind: 'withdraw' }>): void {
    const key = channelKey(message.channel);
    const candidate = waiting.get(key)?.candidate;
    if (!candidate) return;
    const read = message.readSeq !== null && candidate.messageSeq <= message.readSeq;
    if (read || message.messageKeys.includes(candidate.messageKey)) waiting.delete(key);
  }

  return {
    post(message) {
      if (message.kind === 'withdraw') {
        withdrawn(message);
        post(message);
      } else if (message.kind === 'renotify') {
        const { candidate } = message;
        const key = channelKey(candidate.channel);
        // What still waits says it when its turn comes.
        if (waiting.get(key)?.candidate.messageKey === candidate.messageKey)
          waiting.set(key, { kind: 'notify', candidate });
        else post(message);
      } else if (room > 0 && waiting.size === 0) {
        room -= 1;
        timer ??= setTimeout(refill, NOTIFY_REFILL_MS);
        post(message);
      } else {
        waiting.set(channelKey(message.candidate.channel), message);
      }
    },
    isFull: () => room <= 0 || waiting.size > 0,
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
