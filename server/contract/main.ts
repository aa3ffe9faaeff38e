/** `npm run test:server -- URL`: what a client depends on, asked of any deployment (docs/contract.md). */
import { readToolOptions, SHARED_USAGE, UsageError } from '../probes/tool-options.ts';
import { exitCodeOf, jsonOf, lineOf, summaryOf } from './report.ts';
import { runContract } from './run-contract.ts';

const LIMIT_S = 240;
const USAGE = `Usage: npm run test:server -- URL [options]
  URL                the business server, as clients are given it
  --only TEXT        the checks whose id begins with it: a chapter, or one check
  --strict           what is stricter than stock TSDD counts as well
${SHARED_USAGE} (default ${LIMIT_S} and the patience)
Exit code 0: the contract holds; 1: it does not, or could not be judged; 2: wrong arguments.`;

try {
  const options = readToolOptions(process.argv.slice(2), process.env, 'test:server', LIMIT_S, [
    'im-api',
    'manager',
  ]);
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const report = await runContract(options, (finding) => {
    if (!options.json) process.stdout.write(`${lineOf(finding)}\n`);
  });
  const last = options.json ? jsonOf(report, options.strict) : summaryOf(report);
  // What is still open (a connection that never answered) keeps nobody waiting.
  process.stdout.write(`${last}\n`, () => process.exit(exitCodeOf(report, options.strict)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
