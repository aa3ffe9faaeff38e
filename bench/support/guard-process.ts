/**
 * A guard as a process of its own, in front of the TSDD and IM server named by its two arguments. Its store knows of no
 * recall: what is recalled is said by TSDD's rows. Writes its address on stdout.
 */
import { inProcessOptions } from '../../server/guard/command-line.ts';
import { startGuard } from '../../server/guard/guard.ts';
import { ScriptedStore } from '../../server/guard/testing/scripted-store.ts';
import { ScriptedState } from '../../server/testing/scripted-tsdd/state.ts';

const [tsdd = '', imApi = ''] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined };
const guard = await startGuard(inProcessOptions(tsdd, imApi), {
  store: new ScriptedStore(new ScriptedState()),
  log: quiet,
});
process.stdout.write(`${guard.url}\n`);
process.stdin.resume();
process.stdin.on('end', () => void guard.close().then(() => process.exit(0)));
