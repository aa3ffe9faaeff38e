/**
 * The CMD after a recall, several times: a cluster was seen to lose one (docs/interoperability.md), a hint costs
 * nothing, and a lost one leaves words on screens. The first is stored for devices that are away, the later ones reach
 * who is there.
 */
import { reasonOf } from '../../../shared/errors.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { SendRequest } from '../../business/im-client/im-api.ts';
import { recallParam } from '../../business/messages/recall-rules.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** After the recall, ms. */
export const REPEATS_MS = [2_000, 30_000] as const;
const MOST_WAITING = 10_000;

export interface Announced {
  messageId: string;
  clientMsgNo: string;
}

export interface CommandSender {
  send(request: SendRequest): Promise<void>;
}

export class Announcements {
  readonly #im: CommandSender;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #repeats: readonly number[];
  readonly #waiting = new Map<NodeJS.Timeout, () => Promise<void>>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(im: CommandSender, metrics: Metrics, log: Log, repeats: readonly number[] = REPEATS_MS) {
    this.#im = im;
    this.#metrics = metrics;
    this.#log = log;
    this.#repeats = repeats;
  }

  /** Sends the CMD of each message now and again later. Resolves when the first was tried; never rejects. */
  async announce(channel: Channel, revoker: string, messages: readonly Announced[]): Promise<void> {
    for (const message of messages) {
      const payload = { cmd: 'messageRevoke', param: recallParam(channel, revoker, message), type: 99 };
      const request: SendRequest = { syncOnce: true, fromUid: revoker, ...channel, payload };
      await this.#send(request, 'first');
      for (const delay of this.#repeats) this.#later({ ...request, noPersist: true }, delay);
    }
  }

  /** What still waits goes out at once; resolves when it, and what was under way, was tried. */
  async flush(): Promise<void> {
    const sends = [...this.#waiting];
    this.#waiting.clear();
    for (const [timer] of sends) clearTimeout(timer);
    await Promise.all([...this.#underWay, ...sends.map(([, send]) => send())]);
  }

  #later(request: SendRequest, delay: number): void {
    if (this.#waiting.size >= MOST_WAITING) return;
    const send = (): Promise<void> => this.#send(request, `after_${delay / 1000}s`);
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      const sending = send().finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
    }, delay);
    timer.unref();
    this.#waiting.set(timer, send);
  }

  async #send(request: SendRequest, attempt: string): Promise<void> {
    try {
      await this.#im.send(request);
      this.#metrics.commands.inc({ attempt, result: 'sent' });
    } catch (error) {
      this.#metrics.commands.inc({ attempt, result: 'failed' });
      this.#log.warn('command_failed', { attempt, reason: reasonOf(error) });
    }
  }
}
