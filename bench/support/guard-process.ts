/**
 * A guard as a process of its own, in front of the TSDD and IM server named by its two arguments. Its store knows of no
 * recall: what is recalled is said by TSDD's rows. Writes its address on stdout.
 */
import { startGuard } from '../../server/guard/guard.ts';
import { ScriptedStore } from '../../server/guard/testing/scripted-store.ts';
import { ScriptedState } from '../../server/testing/scripted-tsdd/state.ts';

const [tsdd = '', imApi = ''] = process.argv.slice(2);
const quiet = { info: () => undefined, warn: () => undefined };
const guard = await startGuard(
  {
    mode: 'guard',
    tsdd: [tsdd],
    imApi: [imApi],
    imApiToken: undefined,
    mysql: '',
    redis: undefined,
    port: 0,
    host: '127.0.0.1',
    window: undefined,
    metrics: undefined,
    fail: 'open',
    auditDays: 180,
    trustProxy: [],
    openSecrets: [],
  },
  { store: new ScriptedStore(new ScriptedState()), log: quiet },
);
process.stdout.write(`${guard.url}\n`);
process.stdin.resume();
process.stdin.on('end', () => void guard.close().then(() => process.exit(0)));
