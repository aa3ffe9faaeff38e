/** Servers for tests of `test:server` and `doctor`: the embedded pair; a scripted TSDD, with or without the guard. */
import { rmSync } from 'node:fs';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { type BusinessServerOptions, startBusinessServer } from '../../business/business-server.ts';
import { inProcessOptions } from '../../guard/command-line.ts';
import { startGuard } from '../../guard/guard.ts';
import { ScriptedStore } from '../../guard/testing/scripted-store.ts';
import { startImServer } from '../../im/im-server.ts';
import type { ImServerOptions } from '../../im/options.ts';
import type { ToolOptions } from '../../probes/tool-options.ts';
import { type ScriptedTsdd, startScriptedTsdd } from '../../testing/scripted-tsdd/scripted-tsdd.ts';

const quiet = { info: () => undefined, warn: () => undefined };

export interface Running {
  url: string;
  imApi: string;
  imApiToken: string;
  close: () => Promise<void>;
}

/** Both embedded servers, as `npm run server` puts them together. */
export async function embedded(
  business: Partial<BusinessServerOptions> = {},
  im: Partial<ImServerOptions> = {},
): Promise<Running> {
  const dataDir = tempFolder('wk-contract-');
  const imServer = await startImServer({ dataDir: `${dataDir}/im`, ...im });
  const server = await startBusinessServer({
    dataDir: `${dataDir}/business`,
    imApi: imServer.api,
    imManagerToken: imServer.apiToken,
    passwordCost: 16,
    log: quiet,
    ...business,
  });
  imServer.setWebhook(server.webhook);
  return {
    url: server.api,
    imApi: imServer.api,
    imApiToken: imServer.apiToken,
    async close() {
      await server.close();
      await imServer.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A stock TSDD: the scripted one, over an IM server that takes what a real WuKongIM takes. */
export async function stock(im: Partial<ImServerOptions> = {}): Promise<Running & { tsdd: ScriptedTsdd }> {
  const dataDir = tempFolder('wk-contract-');
  const imServer = await startImServer({ dataDir, takeAnyType: true, storeRepeats: true, ...im });
  const tsdd = await startScriptedTsdd({ imApi: imServer.api, imApiToken: imServer.apiToken });
  return {
    url: tsdd.url,
    imApi: imServer.api,
    imApiToken: imServer.apiToken,
    tsdd,
    async close() {
      await tsdd.close();
      await imServer.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The recall guard in front of such a stock TSDD; its database is the scripted one's memory. */
export async function guarded(im: Partial<ImServerOptions> = {}): Promise<Running & { tsdd: ScriptedTsdd }> {
  const behind = await stock(im);
  const guard = await startGuard(
    {
      ...inProcessOptions(behind.url, behind.imApi),
      imApiToken: behind.imApiToken,
      fail: 'closed',
      auditDays: 1,
    },
    { store: new ScriptedStore(behind.tsdd.state), log: quiet },
  );
  return {
    ...behind,
    url: guard.url,
    async close() {
      await guard.close();
      await behind.close();
    },
  };
}

/** What the command line gives without options, for `url`. */
export function optionsFor(url: string, more: Partial<ToolOptions> = {}): ToolOptions {
  return {
    url,
    json: false,
    strict: false,
    help: false,
    accounts: [],
    smsCode: null,
    only: '',
    imApi: '',
    manager: '',
    patienceMs: 0,
    limitMs: 100_000,
    ...more,
  };
}
