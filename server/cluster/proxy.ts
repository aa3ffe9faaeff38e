/**
 * The proxy of a deployment (deploy/proxy.conf.template) as a process of this computer: nginx, with the addresses of a
 * test in place of those of compose.yaml, and a certificate of the test's own.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { eventually } from '../probes/within.ts';
import { freePort } from '../../shared/testing/free-port.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';

const TEMPLATE = new URL('../../deploy/proxy.conf.template', import.meta.url);
const READY_MS = 15_000;
/** Since then `http2` is a directive of its own. */
const HTTP2_DIRECTIVE = [1, 25, 1] as const;

function program(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** In the words that scripts/unit-sum.ts takes for a reason; null when nothing is missing. */
export const proxyMissing: string | null =
  program('nginx') === null
    ? 'no nginx on this computer'
    : program('openssl') === null
      ? 'no openssl on this computer'
      : null;

/** host:port, as the template names them. */
export type Addresses = Readonly<Record<string, string>>;

export interface Proxy {
  process: OwnProcess;
  /** Where clients come; its certificate is signed by `ca` (PEM). */
  https: string;
  http: string;
  /** TSDD's way to the nodes. */
  balancer: string;
  ca: string;
  /** The file it stands in. */
  caFile: string;
  close: () => Promise<void>;
}

/** @throws Error with what nginx says of the configuration */
export async function startProxy(dir: string, addresses: Addresses): Promise<Proxy> {
  const [nginx, openssl] = [program('nginx'), program('openssl')];
  if (nginx === null || openssl === null) throw new Error(proxyMissing ?? '');
  const tls = join(dir, 'tls');
  mkdirSync(tls, { recursive: true });
  certificate(openssl, tls);
  const ports = { https: await freePort(), http: await freePort(), balancer: await freePort() };
  const config = join(dir, 'nginx.conf');
  writeFileSync(config, configOf(dir, tls, { addresses, ports, version: versionOf(nginx) }));
  execFileSync(nginx, ['-t', '-q', '-p', dir, '-c', config], { stdio: 'pipe' });
  const log = openSync(join(dir, 'proxy.log'), 'w');
  const child = spawn(nginx, ['-p', dir, '-c', config], { stdio: ['ignore', log, log] });
  const own = ownProcess(child);
  const ready = await eventually(READY_MS, () =>
    own.hasEnded() ? Promise.resolve(false) : isOpen(ports.https),
  );
  if (ready !== true)
    throw new Error(`nginx did not come up: ${readFileSync(join(dir, 'proxy.log'), 'utf8')}`);
  return {
    process: own,
    https: `https://localhost:${ports.https}`,
    http: `http://localhost:${ports.http}`,
    balancer: `http://127.0.0.1:${ports.balancer}`,
    ca: readFileSync(join(tls, 'fullchain.pem'), 'utf8'),
    caFile: join(tls, 'fullchain.pem'),
    // Its workers end with it, which they do not when it is killed.
    close: () =>
      new Promise((done) => {
        if (own.hasEnded()) return done();
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
}

function certificate(openssl: string, tls: string): void {
  execFileSync(
    openssl,
    // oxfmt-ignore
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
      '-keyout', join(tls, 'privkey.pem'), '-out', join(tls, 'fullchain.pem')],
    { stdio: 'ignore' },
  );
}

function versionOf(nginx: string): number[] {
  // It says so on stderr.
  const said = execFileSync('sh', ['-c', '"$0" -v 2>&1', nginx], { encoding: 'utf8' });
  return (/nginx\/(\d+)\.(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  const at = other.findIndex((part, n) => part !== version[n]);
  return at >= 0 && (version[at] ?? 0) < (other[at] ?? 0);
}

interface Told {
  addresses: Addresses;
  ports: { https: number; http: number; balancer: number };
  version: readonly number[];
}

function configOf(dir: string, tls: string, { addresses, ports, version }: Told): string {
  let text = readFileSync(TEMPLATE, 'utf8');
  const put = (what: RegExp | string, by: string): void => {
    const next = text.replaceAll(what, () => by);
    if (next === text) throw new Error(`the template has no ${String(what)}`);
    text = next;
  };
  // As the image's envsubst does it, but for the port.
  put('wss://${PUBLIC_HOST}/', `wss://localhost:${ports.https}/`);
  put('${PUBLIC_HOST}', 'localhost');
  put('${ADMIN_NETWORK}', '127.0.0.9');
  put('listen 80;', `listen 127.0.0.1:${ports.http};`);
  put('listen 8501;', `listen 127.0.0.1:${ports.balancer};`);
  const isOld = isBefore(version, HTTP2_DIRECTIVE);
  put('listen 443 ssl;', `listen 127.0.0.1:${ports.https} ssl${isOld ? ' http2' : ''};`);
  if (isOld) put(/\n *http2 on;/g, '');
  put('/etc/nginx/tls', tls);
  for (const [name, address] of Object.entries(addresses)) put(new RegExp(`\\b${name}\\b`, 'g'), address);
  const root = process.getuid?.() === 0 ? 'user root;' : '';
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `${each}_temp_path ${join(dir, each)};`)
    .join(' ');
  return `${root} daemon off; worker_processes 1; pid ${join(dir, 'nginx.pid')}; error_log ${join(dir, 'proxy-error.log')} warn;
events { worker_connections 1024; }
http { access_log off; ${paths}
${text}
}
`;
}

function isOpen(port: number): Promise<true | null> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(null));
  });
}
