/**
 * What runs often V8 translates anew and better, after some thousand runs; until then a page costs a guard half as much
 * again. So that clients do not wait for that after each start, it passes pages of its own making before it is ready:
 * from a TSDD that always says the same, to a client, in this process and over loopback.
 */
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inProcessOptions } from './command-line.ts';
import { startGuard } from './guard.ts';
import type { GuardStore } from './store/guard-store.ts';

/** So long at most, ms. */
const MOST_MS = 1_500;
/** As many as are worth it. */
const MOST_PAGES = 4_000;
const ROWS = 100;
const PATH = '/v1/message/channel/sync';
const FIRST_ID = 1_000_000_000_000_000_000n;

/** It knows of no recall; what is told of recalls is not kept. */
const EMPTY_STORE: GuardStore = {
  states: () => Promise.resolve({ states: [], records: [] }),
  tsddStates: () => Promise.resolve([]),
  roles: () => Promise.resolve(new Map()),
  revokeSecond: () => Promise.resolve(-1),
  record: () => Promise.resolve([]),
  recalledIn: () => Promise.resolve({ ofAuthors: [], channels: [] }),
  anyGuardOnly: () => Promise.resolve(false),
  guardOnlySince: () => Promise.resolve([]),
  audit: () => Promise.resolve(),
  auditOf: () => Promise.resolve([]),
  purgeAudit: () => Promise.resolve(0),
  planCommands: () => Promise.resolve(),
  commandsDone: () => Promise.resolve(),
  takeCommands: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

/** As TSDD writes a message (tsdd-api.md 5.1); `nth`: of the page, which no other has. */
function rowOf(page: number, nth: number): string {
  const id = FIRST_ID + BigInt(page * ROWS + nth);
  const isRecalled = page % 2 === 1 && nth % 10 === 0;
  const said = isRecalled ? `"revoke":1,"revoker":"a",` : '';
  return `{"header":{"no_persist":0,"red_dot":1,"sync_once":0},"setting":0,"message_id":${id},"message_idstr":"${id}","message_seq":${nth + 1},"client_msg_no":"${id}","from_uid":"a","channel_id":"g","channel_type":2,"timestamp":1,"payload":{"content":"message ${nth}","type":1},"signal_payload":"","is_deleted":0,"readed":0,${said}"extra_version":0}`;
}

const pageOf = (page: number): string =>
  `{"start_message_seq":0,"end_message_seq":0,"pull_mode":0,"more":0,"messages":[${Array.from({ length: ROWS }, (_, nth) => rowOf(page, nth)).join(',')}]}`;

/**
 * Answers how many pages passed, and how long that took (ms).
 * @throws Error when one did not; the guard is none the worse for it
 */
export async function warmUp(mostPages = MOST_PAGES): Promise<{ pages: number; ms: number }> {
  const startedAt = performance.now();
  const pages = Array.from({ length: 8 }, (_, page) => pageOf(page));
  let asked = 0;
  const tsdd = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json; charset=utf-8');
    if (request.url !== PATH) response.end('{"status":200}');
    else {
      // In chunks, the last word in one of its own, as Go's server does.
      response.write(pages[asked++ % pages.length]);
      setImmediate(() => response.end());
    }
  });
  tsdd.listen(0, '127.0.0.1');
  await once(tsdd, 'listening');
  const origin = `http://127.0.0.1:${(tsdd.address() as AddressInfo).port}`;
  const quiet = { info: () => undefined, warn: () => undefined };
  const guard = await startGuard(inProcessOptions(origin, origin), { store: EMPTY_STORE, log: quiet });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let passed = 0;
  try {
    while (passed < mostPages && performance.now() - startedAt < MOST_MS) {
      await ask(new URL(PATH, guard.url), agent);
      passed += 1;
    }
  } finally {
    agent.destroy();
    await guard.close();
    const closed = once(tsdd, 'close');
    tsdd.close();
    tsdd.closeAllConnections();
    await closed;
  }
  return { pages: passed, ms: Math.round(performance.now() - startedAt) };
}

async function ask(url: URL, agent: Agent): Promise<void> {
  const body = JSON.stringify({ channel_id: 'g', channel_type: 2, limit: ROWS });
  const headers = { token: 'warm-up', 'content-type': 'application/json', 'content-length': body.length };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const asking = httpRequest(url, { method: 'POST', agent, headers }, (answer) => {
    answer.resume();
    answer.on('end', () => {
      if (answer.statusCode === 200) resolve();
      else reject(new Error(`a page was answered with ${answer.statusCode}`));
    });
    answer.on('error', reject);
  });
  asking.on('error', reject);
  asking.end(body);
  await promise;
}
