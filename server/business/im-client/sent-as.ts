/**
 * A message together with the stored copies of its sending, in one call: an addition of the embedded IM server. All who
 * ask in the same moment share the call.
 */
import { z } from 'zod';
import { rawInteger } from '../../../shared/exact-json.ts';
import type { Channel } from './channel-address.ts';
import { ImError, ImMessage } from './im-message.ts';

/** What the embedded IM server takes. */
const MOST_ASKED = 200;

interface Asked {
  body: Record<string, unknown>;
  done: (rows: ImMessage[] | null) => void;
  failed: (error: unknown) => void;
}

export class SentAs {
  readonly #call: (path: string, body: unknown) => Promise<unknown>;
  #asked: Asked[] = [];
  #isKnown = true;

  constructor(call: (path: string, body: unknown) => Promise<unknown>) {
    this.#call = call;
  }

  /**
   * The message of a channel and every stored row with its client number, whoever sent it. Empty: there is no such
   * message. Null: the server does not know the call.
   * @throws ImError
   */
  async ask(loginUid: string, channel: Channel, messageId: string): Promise<ImMessage[] | null> {
    if (!this.#isKnown) return null;
    const body = {
      login_uid: loginUid,
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      message_id: rawInteger(messageId),
    };
    return new Promise((done, failed) => {
      this.#asked.push({ body, done, failed });
      if (this.#asked.length === 1) setImmediate(() => this.#askAll());
    });
  }

  #askAll(): void {
    const all = this.#asked;
    this.#asked = [];
    for (let from = 0; from < all.length; from += MOST_ASKED) {
      const some = all.slice(from, from + MOST_ASKED);
      this.#rows(some.map((each) => each.body)).then(
        (answers) => some.forEach((each, i) => each.done(answers?.[i] ?? null)),
        (error: unknown) => some.forEach((each) => each.failed(error)),
      );
    }
  }

  async #rows(asked: readonly Record<string, unknown>[]): Promise<ImMessage[][] | null> {
    let answer: unknown;
    try {
      answer = await this.#call('/message/sent_as', { asked });
    } catch (error) {
      if (!(error instanceof ImError) || error.status !== 404) throw error;
      this.#isKnown = false;
      return null;
    }
    const Answer = z.object({ answers: z.array(z.array(ImMessage)).length(asked.length) });
    const result = Answer.safeParse(answer);
    if (result.success) return result.data.answers;
    const path = result.error.issues[0]?.path.join('.') ?? '';
    throw new ImError(502, `POST /message/sent_as: unexpected answer at ${path}`);
  }
}
