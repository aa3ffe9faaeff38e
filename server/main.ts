/**
 * `npm run server`: the embedded servers in one process, the business server and, unless `--im-api` names another, the
 * IM server. Prints one JSON line on stdout when ready; everything else goes to stderr. See README.md beside it.
 */
import { networkInterfaces } from 'node:os';
import { reasonOf } from '../shared/errors.ts';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rmSync } from 'node:fs';
import { type BusinessServer, startBusinessServer } from './business/business-server.ts';
import { readOptions, type ServerOptions, USAGE, UsageError } from './command-line.ts';
import { seedDemo } from './demo.ts';
import { type ImServer, startImServer } from './im/im-server.ts';
import { callable, isAnyAddress } from './own-host.ts';
import { writePrivateFile } from './private-file.ts';
import { newSecret, secretIn } from './secret-text.ts';

const note = (message: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
};
const log = { info: note, warn: note };

/** The address that clients on other machines are given when listening on every address. */
function externalHost(host: string): string {
  if (!isAnyAddress(host)) return host;
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1';
}

async function start(
  options: ServerOptions,
  adminPassword: string | undefined,
): Promise<{ business: BusinessServer; im: ImServer | null; imApi: string }> {
  const reachable = externalHost(options.host);
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
        takeAnyType: options.takeAnyType,
        hostNames: options.publicHosts,
        managerToken: options.imApiToken ?? keptToken(options.data),
        log: (level, message) => {
          if (level !== 'debug') note(`im ${level}: ${message}`);
        },
      });
  try {
    const imApi = options.imApi ?? im?.api ?? '';
    const imApiToken = im?.apiToken ?? options.imApiToken;
    const business = await startBusinessServer({
      dataDir: join(options.data, 'business'),
      host: options.host,
      port: options.port,
      // 0.0.0.0 is an address to listen on, not one to call.
      imApi: callable(imApi),
      ...(im === null ? {} : { imTransport: im.ask }),
      hostNames: options.publicHosts,
      ...(imApiToken === undefined ? {} : { imManagerToken: imApiToken }),
      ...(adminPassword === undefined ? {} : { adminPassword }),
      ...(options.webhookSecret === undefined ? {} : { webhookSecret: options.webhookSecret }),
      ...(options.smsCode === undefined ? {} : { smsCode: options.smsCode }),
      smsDemo: options.smsDemo,
      registration: options.registration,
      inviteCodes: options.inviteCodes,
      verifyNewDevices: options.verifyNewDevices,
      ...(options.passwordCost === undefined ? {} : { passwordCost: options.passwordCost }),
      ...(options.shortestMute === undefined ? {} : { shortestMute: options.shortestMute }),
      ...(options.revokeSecond === undefined ? {} : { revokeSecond: options.revokeSecond }),
      log,
    });
    im?.setWebhook(business.webhook);
    writePrivateFile(join(options.data, 'webhook-url'), business.webhook);
    if (im) writePrivateFile(join(options.data, 'im-api-token'), im.apiToken);
    else rmSync(join(options.data, 'im-api-token'), { force: true });
    return { business, im, imApi };
  } catch (error) {
    await im?.close();
    throw error;
  }
}

/**
 * The token of the embedded IM server's HTTP API: the same after each start, so that programs of this user may keep it.
 */
function keptToken(dataDir: string): string {
  return secretIn(join(dataDir, 'im-api-token')) ?? newSecret();
}

/** @throws UsageError when stdin ends before a line, or the line is empty */
async function firstLineOfStdin(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) {
      if (line !== '') return line;
      break;
    }
  } finally {
    lines.close();
    process.stdin.pause();
    // A pipe or terminal that stays open must not keep the process alive. A file, `/dev/null` for instance, is another
    // kind of stream without this call.
    (process.stdin as Partial<typeof process.stdin>).unref?.();
  }
  throw new UsageError('--admin-password-stdin: no password on the first line of stdin');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  for (const name of options.openSecrets)
    note(
      `warning: --${name} can be read by every account of this computer; set it in the environment instead`,
    );
  // Before anything is started or written: without it there is nothing to start.
  const adminPassword = options.adminPasswordFromStdin ? await firstLineOfStdin() : options.adminPassword;
  const { business, im, imApi } = await start(options, adminPassword);
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
