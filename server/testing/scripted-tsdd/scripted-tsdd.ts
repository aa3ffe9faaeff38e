/**
 * A TSDD for tests that answers as a stock one does (tsdd-api.md, wukongim.md E), its defects included, over any IM
 * server's HTTP API: the scripted one of `business/testing/fake-im.ts`, or the embedded one for clients that connect.
 *
 *     const im = new FakeIm(() => Date.now());
 *     await im.start();
 *     const tsdd = await startScriptedTsdd({ imApi: im.api });
 *     const alice = tsdd.person('alice');        // { uid, token, name }, signed in as a desktop
 *     tsdd.faults.delete('recalled-quotes');     // on from the start: STOCK_FAULTS
 *     tsdd.faults.add('cmd-lost');               // off until asked for: OTHER_FAULTS
 *     tsdd.state.appConfig.revokeSecond = 120;   // what it knows may be read and changed
 *     await tsdd.close();
 */
import Fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { ImApi } from '../../business/im-client/im-api.ts';
import { accountRoutes } from './account-routes.ts';
import { answerError, type Scripted } from './answers.ts';
import { changeRoutes } from './change-routes.ts';
import { STOCK_FAULTS, type TsddFault } from './faults.ts';
import { groupRoutes } from './group-routes.ts';
import { readRoutes } from './read-routes.ts';
import { type ScriptedGroup, ScriptedState } from './state.ts';

export interface ScriptedTsddOptions {
  /** WuKongIM's HTTP API. */
  imApi: string;
  /** Its managerToken, if it asks for one (TSDD itself sends none). */
  imApiToken?: string;
  /** 0 or absent: a free port. */
  port?: number;
  /** Instead of STOCK_FAULTS. */
  faults?: Iterable<TsddFault>;
  /** Server clock, ms. */
  now?: () => number;
}

export interface SeenRequest {
  method: string;
  /** With query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export class ScriptedTsdd {
  /** Origin, without a slash at its end; routes are under `/v1`. */
  readonly url: string;
  readonly faults: Set<TsddFault>;
  readonly state: ScriptedState;
  /** Every request that came, oldest first. */
  readonly requests: readonly SeenRequest[];
  readonly #app: FastifyInstance;

  constructor(url: string, scripted: Scripted, requests: readonly SeenRequest[], app: FastifyInstance) {
    this.url = url;
    this.faults = scripted.faults;
    this.state = scripted.state;
    this.requests = requests;
    this.#app = app;
  }

  /** Somebody who is signed in with the class of a desktop (2), as after POST /user/login. */
  person(name: string): { uid: string; token: string; name: string } {
    const person = this.state.addPerson(`${name}-user`, 'pw123456', name);
    return { uid: person.uid, token: this.state.tokenFor(person, 2), name };
  }

  /** A group in TSDD's tables; the IM server knows it only if it was made over `POST /group/create`. */
  group(owner: string, uids: readonly string[], name = '群聊'): ScriptedGroup {
    return this.state.addGroup(owner, uids, name);
  }

  async close(): Promise<void> {
    this.#app.server.closeAllConnections();
    await this.#app.close();
  }
}

const HOUR_MS = 3_600_000;

export async function startScriptedTsdd(options: ScriptedTsddOptions): Promise<ScriptedTsdd> {
  const scripted: Scripted = {
    state: new ScriptedState(),
    faults: new Set(options.faults ?? STOCK_FAULTS),
    im: new ImApi(options.imApi, options.imApiToken),
    now: options.now ?? Date.now,
  };
  const { faults } = scripted;
  const requests: SeenRequest[] = [];
  const app = Fastify({ bodyLimit: 64 * 1024 * 1024, forceCloseConnections: true });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, next) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    if (faults.has('down') || faults.has('hang')) {
      reply.hijack();
      if (faults.has('down')) request.raw.socket.destroy();
      return;
    }
    if (faults.has('clock-wrong'))
      void reply.header('date', new Date(scripted.now() + HOUR_MS).toUTCString());
    void reply.header('access-control-allow-origin', '*');
    if (faults.has('bad-gateway'))
      void reply.code(502).type('text/html').send('<html><h1>502 Bad Gateway</h1></html>');
    else next();
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('404 page not found'));
  accountRoutes(app, scripted);
  groupRoutes(app, scripted);
  readRoutes(app, scripted);
  changeRoutes(app, scripted);
  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  return new ScriptedTsdd(`http://127.0.0.1:${port}`, scripted, requests, app);
}
