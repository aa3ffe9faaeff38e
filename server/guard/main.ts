/**
 * `npm run guard`: a recall guard in front of TSDD, or (`--plugin`) in a WuKongIM node. Prints one JSON line on stdout
 * when ready; everything else is JSON lines on stderr. See docs/guard.md.
 */
import { reasonOf } from '../../shared/errors.ts';
import { checkSurroundings } from './check-surroundings.ts';
import { type GuardOptions, readOptions, USAGE, UsageError } from './command-line.ts';
import { startGuard } from './guard.ts';
import { stderrLog as log } from './log.ts';
import { runPlugin } from './plugin/run-plugin.ts';
import { openMysqlStore } from './store/mysql-store.ts';
import { warmUp } from './warm-up.ts';

interface Running {
  said: Record<string, unknown>;
  close(): Promise<void>;
}

async function guard(options: GuardOptions): Promise<Running> {
  for (const name of options.openSecrets)
    log.warn('secret_in_arguments', {
      option: `--${name}`,
      remedy: 'every account of this computer can read it',
    });
  await checkSurroundings(options, log);
  const store = await openMysqlStore(options.mysql);
  try {
    log.info('warmed_up', { ...(await warmUp()) });
  } catch (error) {
    log.warn('not_warmed_up', { reason: reasonOf(error) });
  }
  const started = await startGuard(options, { store, processMetrics: true });
  return {
    said: { ready: true, url: started.url, metrics: started.metricsPort },
    close: () => started.close(),
  };
}

function endOnSignals(running: Running): void {
  let ending = false;
  const end = (signal: string): void => {
    if (ending) return;
    ending = true;
    log.info('ending', { signal });
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.warn('could_not_end_cleanly', { reason: reasonOf(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.mode === 'help') process.stdout.write(`${USAGE}\n`);
  else {
    const running = options.mode === 'plugin' ? await runPlugin(options, log) : await guard(options);
    endOnSignals(running);
    process.stdout.write(`${JSON.stringify(running.said)}\n`);
  }
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  process.stderr.write(`could not start: ${reasonOf(error)}\n`);
  process.exit(1);
}
