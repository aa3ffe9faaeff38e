/**
 * `npm run server`: the embedded servers in one process, the business server and, unless `--im-api` names another, the IM server. Prints one
 * JSON line on stdout when ready; everything else goes to stderr. See README.md beside it.
 */
import { networkInterfaces } from 'node:os';
import { reasonOf } from '../shared/errors.ts';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { type BusinessServer, startBusinessServer } from './business/business-server.ts';
import { readOptions, type ServerOptions, USAGE, UsageError } from './command-line.ts';
import { seedDemo } from './demo.ts';
import { type ImServer, startImServer } from './im/im-server.ts';

const note = (message: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
};
const log = { info: note, warn: note };

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** What clients on other machines are told to connect to when listening on every address. */
function externalHost(host: string): string {
  if (!isAnyAddress(host)) return host;
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1';
}

async function start(
  options: ServerOptions,
): Promise<{ business: BusinessServer; im: ImServer | null; imApi: string }> {
  const reachable = externalHost(options.host);
  // The HTTP API of an IM server has no users: off loopback it gets a secret that only this process knows.
  const managerToken = isLoopback(options.host) ? undefined : randomBytes(24).toString('hex');
  const im = options.imApi
    ? null
    : await startImServer({
        dataDir: join(options.data, 'im'),
        host: options.host,
        externalHost: reachable,
        tcpPort: options.imTcpPort,
        wsPort: options.imWsPort,
        apiPort: options.imApiPort,
        storeRepeats: options.storeRepeats,
        ...(managerToken === undefined ? {} : { managerToken }),
        log: (level, message) => {
          if (level !== 'debug') note(`im ${level}: ${message}`);
        },
      });
  try {
    const imApi = options.imApi ?? im?.api ?? '';
    const business = await startBusinessServer({
      dataDir: join(options.data, 'business'),
      host: options.host,
      port: options.port,
      // 0.0.0.0 is an address to listen on, not one to call.
      imApi: imApi.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'),
      ...(managerToken !== undefined && im ? { imManagerToken: managerToken } : {}),
      ...(options.adminPassword === undefined ? {} : { adminPassword: options.adminPassword }),
      ...(options.revokeSecond === undefined ? {} : { revokeSecond: options.revokeSecond }),
      log,
    });
    im?.setWebhook(
      `${business.api.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')}/v2/webhook`,
    );
    return { business, im, imApi };
  } catch (error) {
    await im?.close();
    throw error;
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { business, im, imApi } = await start(options);
  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    note(`ending: ${reason}`);
    // The business server first: what it still owes to the IM server stays in its queue.
    void business
      .close()
      .then(() => im?.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          note(`could not end cleanly: ${reasonOf(error)}`);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  if (options.exitWithParent) {
    process.stdin.resume();
    process.stdin.on('close', () => end('stdin closed'));
    process.stdin.on('error', () => end('stdin closed'));
  }
  if (options.seed && (await seedDemo(business))) note('demo data written');
  const route = im ? { tcp: im.tcp, ws: im.ws } : await routeOf(business);
  if (!ending)
    process.stdout.write(
      `${JSON.stringify({ ready: true, api: business.api, im: { ...route, api: imApi } })}\n`,
    );
}

async function routeOf(business: BusinessServer): Promise<{ tcp: string; ws: string }> {
  try {
    const route = await business.context.im.route('u');
    return { tcp: route.tcp_addr, ws: route.ws_addr };
  } catch (error) {
    note(`the IM server does not answer yet: ${reasonOf(error)}`);
    return { tcp: '', ws: '' };
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
  note(`could not start: ${reasonOf(error)}`);
  process.exit(1);
}
