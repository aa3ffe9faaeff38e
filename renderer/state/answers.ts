/**
 * Answers and news. The page asks the core something, and hears what changes without asking: an answer that was given
 * before must not undo what came meanwhile, nor one to an older question that to a newer one. What the core answers in
 * the turn in which it looked comes in order with its news, as both take one way. What waits for a server or a file, is
 * looked for part by part, or changes in this page, does not.
 */

/** Questions about one thing: only the answer to the newest of them counts. */
export class Newest {
  #asked = 0;

  /** A question is asked. Tells afterwards whether its answer still counts. */
  ask(): () => boolean {
    this.#asked += 1;
    const mine = this.#asked;
    return () => mine === this.#asked;
  }
}

/** For what can be changed by news: they are collected while an answer is on its way, and applied to it. */
export class Meanwhile<News> {
  readonly #lists = new Set<News[]>();

  /** Waits for an answer; `news`: what was told since, the oldest first. Rejects as `answer` does. */
  async collect<Answer>(answer: Promise<Answer>): Promise<{ answer: Answer; news: readonly News[] }> {
    const news: News[] = [];
    this.#lists.add(news);
    try {
      return { answer: await answer, news };
    } finally {
      this.#lists.delete(news);
    }
  }

  tell(news: News): void {
    for (const list of this.#lists) list.push(news);
  }
}

/**
 * One question at a time for all who ask. What this page changes while it is on its way may not be in the answer: that
 * is dropped then, and the question asked once more.
 */
export class SharedQuestion {
  readonly #ask: () => Promise<() => void>;
  #running: Promise<void> | null = null;
  #changes = 0;

  /** @param ask asks, and resolves to what shows the answer; never rejects. */
  constructor(ask: () => Promise<() => void>) {
    this.#ask = ask;
  }

  ask(): Promise<void> {
    this.#running ??= this.#askUntilTrue().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What is asked about is another thing from now on. */
  changed(): void {
    this.#changes += 1;
  }

  async #askUntilTrue(): Promise<void> {
    for (;;) {
      const before = this.#changes;
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const show = await this.#ask();
      if (before !== this.#changes) continue;
      show();
      return;
    }
  }
}
