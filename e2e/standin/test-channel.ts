/**
 * The way for tests into the main process: functions sent over Node's IPC channel and called with the `electron`
 * module, like Playwright's `ElectronApplication.evaluate`. Exists only when the process was started with a channel.
 */

interface Request {
  kind: 'evaluate';
  id: number;
  source: string;
  arg: unknown;
}

export interface TestChannel {
  /** Resolves when the test has put its recorders in place; at once without a channel. */
  started: Promise<void>;
  announce: (message: object) => void;
}

export function openTestChannel(electron: () => object): TestChannel {
  if (process.channel === undefined) return { started: Promise.resolve(), announce: () => undefined };
  process.on('disconnect', () => undefined);
  const started = new Promise<void>((go) => {
    process.on('message', (message: { kind: 'go' } | Request) => {
      if (message.kind === 'go') {
        // From here on the browser keeps this process alive, not the tests.
        process.channel?.unref();
        go();
      } else void evaluate(electron(), message);
    });
  });
  return { started, announce: (message) => process.send?.(message) };
}

async function evaluate(electron: object, { id, source, arg }: Request): Promise<void> {
  try {
    // The tests' own source, from the process that started this one.
    // oxlint-disable-next-line typescript/no-implied-eval
    const build = new Function(`return (${source})`) as () => (electron: object, arg: unknown) => unknown;
    const value = await build()(electron, arg);
    process.send?.({ kind: 'value', id, value });
  } catch (error) {
    process.send?.({
      kind: 'thrown',
      id,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
