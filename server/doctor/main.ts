/** `npm run doctor -- URL`: what a deployment is and does, in a table with reasons and remedies (docs/doctor.md). */
import { readToolOptions, SHARED_USAGE, UsageError } from '../probes/tool-options.ts';
import { examine } from './examine.ts';
import { exitCodeOf, tableOf } from './table.ts';

const LIMIT_S = 50;
const USAGE = `Usage: npm run doctor -- URL [options]
  URL                the business server, as clients are given it
  --only TEXT        the rows whose id begins with it
  --strict           what could not be told counts as well
  --im-api URL       looks for an open HTTP API of the IM server there, too
  --manager URL      looks for an open manager of the IM server there, too
${SHARED_USAGE} (default ${LIMIT_S} and the patience)
Exit code 0: nothing to be mended; 1: something is, or nothing could be looked at; 2: wrong arguments.`;

try {
  const options = readToolOptions(process.argv.slice(2), process.env, 'doctor', LIMIT_S, []);
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const seen = await examine(options);
  const text = options.json ? JSON.stringify(seen, null, 2) : tableOf(seen);
  // What is still open (a connection that never answered) keeps nobody waiting.
  process.stdout.write(`${text}\n`, () => process.exit(exitCodeOf(seen, options.strict)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
