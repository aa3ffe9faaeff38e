/** `npm start`: embedded servers with demo data, then the app. */
import { spawn } from 'node:child_process';
import { reasonOf } from '../shared/errors.ts';
import { buildIfNeeded } from './build.ts';
import { ensureEmojiFont } from './chromium.ts';
import { DEMO_OUTPUT, hasDisplay, ROOT } from './paths.ts';
import { appCommand, chooseRuntime } from './runtime.ts';
import { shareServers, type SharedServers } from './servers.ts';
import { parseStartOptions } from './start-options.ts';

const say = (line: string): void => console.log(line);

/** Resolves with the exit code. */
async function main(): Promise<number> {
  const options = parseStartOptions(process.argv.slice(2));
  if (!hasDisplay() && !options.hasDebuggingPort) {
    say(`There is no display: running the demo instead. Its pictures go to ${DEMO_OUTPUT}`);
    const { runDemo } = await import('./demo.ts');
    return runDemo();
  }
  const runtime = await chooseRuntime(say);
  await ensureEmojiFont(say);
  await buildIfNeeded(say);
  const servers: SharedServers | null = options.server === null ? await shareServers(say) : null;
  try {
    const demo = servers === null ? [] : [`--demo-server=${servers.api}`];
    const { command, args } = appCommand(runtime, [...options.appArgs, ...demo]);
    return await runApp(command, args);
  } finally {
    await servers?.stop();
  }
}

function runApp(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit' });
    // The terminal sends Ctrl+C to both; the app ends by itself and we clean up after it.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 0)));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}
