/**
 * Waits until a WuKongIM cluster can be used (troubles.ts): what TSDD waits for in deploy/compose.yaml. Prints a JSON
 * line whenever what is wrong changes, and one at the end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { troublesOf } from './troubles.ts';

const USAGE = `Usage: node server/im-ready/main.ts --im-api URL[,URL] [options]
  --im-api URL[,URL]    the HTTP APIs of all nodes; WUKONG_IM_API_TOKEN in the environment: their managerToken
  --seconds N           how long it is waited (default 120)
  --go-on               ends with 0 also when it is not ready by then
Exit code 0: every node does what it must; 1: not; 2: wrong arguments.`;
const PAUSE_MS = 1_000;

const say = (line: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function options(): { origins: string[]; seconds: number; goesOn: boolean } | null {
  try {
    const { values } = parseArgs({
      options: { 'im-api': { type: 'string' }, seconds: { type: 'string' }, 'go-on': { type: 'boolean' } },
    });
    const origins = (values['im-api'] ?? '').split(',').filter((origin) => URL.canParse(origin));
    const seconds = Number(values['seconds'] ?? 120);
    if (origins.length === 0 || !Number.isFinite(seconds)) return null;
    return { origins, seconds, goesOn: values['go-on'] === true };
  } catch {
    return null;
  }
}

const asked = options();
if (asked === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const startedAt = performance.now();
  const after = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
  let said = '';
  for (;;) {
    const troubles = await troublesOf(asked.origins, process.env['WUKONG_IM_API_TOKEN']);
    if (troubles.length === 0) {
      say({ ready: true, after: after() });
      break;
    }
    if (troubles.join() !== said) say({ ready: false, after: after(), troubles });
    said = troubles.join();
    if (after() >= asked.seconds) {
      process.exitCode = asked.goesOn ? 0 : 1;
      break;
    }
    await delay(PAUSE_MS);
  }
}
