/**
 * `--self-check=FILE`: whether this installation works on this computer, for administrators and for the packaging's own
 * tests. The whole app starts, on a profile of its own that is erased afterwards; nobody is signed in, nothing is asked
 * of a network, the real profile is not opened. The answer is JSON in FILE and the exit code.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, release, tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow } from 'electron';
import { reasonOf } from '../../shared/errors.ts';
import type { AccountSession } from './accounts/account-session.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { TokenVault } from './accounts/token-vault.ts';
import type { Policies } from './policies/policy-values.ts';
import { writeFileOrDevice } from './files/json-file.ts';
import { fuseFile, fuseStates, type FuseStates } from './fuse-state.ts';
import { withoutSandbox } from './security/packaged-start.ts';

/** A computer that is busy installing may be slow; one that has not answered then does not work. */
const LONGEST_MS = 60_000;

/** What the nine fuses of a package are (scripts/dist/fuses.ts). */
const FUSES: FuseStates = {
  runAsNode: 'off',
  cookieEncryption: 'on',
  nodeOptions: 'off',
  nodeCliInspect: 'off',
  asarIntegrity: 'on',
  onlyLoadAppFromAsar: 'on',
  browserV8Snapshot: 'off',
  fileProtocolPrivileges: 'off',
  wasmTrapHandlers: 'on',
};

interface Finding {
  name: string;
  ok: boolean;
  detail: string;
}

export interface SelfCheckReport {
  ok: boolean;
  findings: Finding[];
  packaged: boolean;
  versions: Record<string, string>;
  system: { platform: string; arch: string; release: string };
  fuses: FuseStates | null;
  chromiumSandbox: { switchedOff: boolean; renderer: string };
  tokenProtection: string;
  /** What an organisation has set: names only, and what is wrong with them. */
  policies: Pick<Policies, 'names' | 'problems'>;
  paths: { program: string; resources: string };
}

export interface SelfCheckParts {
  session: AccountSession;
  accounts: Accounts;
  vault: TokenVault;
  policies: Policies;
  window: () => BrowserWindow | null;
}

/** The folder this run uses as its profile. It is gone when the process is. */
export function temporaryProfile(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `wukong-${purpose}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

/** Writes the report and ends the app. `started` rejects when the app could not be put together. */
export async function selfCheck(
  file: string,
  started: Promise<unknown>,
  parts: SelfCheckParts,
): Promise<void> {
  const versions: Record<string, string> = { app: app.getVersion() };
  for (const name of ['electron', 'chrome', 'node', 'v8']) versions[name] = process.versions[name] ?? '';
  const program = app.getPath('exe');
  const report: SelfCheckReport = {
    ok: false,
    findings: [],
    packaged: app.isPackaged,
    versions,
    system: { platform: process.platform, arch: arch(), release: `${type()} ${release()}` },
    fuses: null,
    chromiumSandbox: { switchedOff: withoutSandbox(process), renderer: 'not known' },
    tokenProtection: 'none',
    policies: { names: parts.policies.names, problems: parts.policies.problems },
    paths: { program, resources: process.resourcesPath },
  };
  const find = async (name: string, work: () => Promise<string> | string): Promise<void> => {
    try {
      report.findings.push({ name, ok: true, detail: await withinTime(work) });
    } catch (error) {
      report.findings.push({ name, ok: false, detail: reasonOf(error) });
    }
  };
  await find('the app starts', async () => {
    await started;
    return report.paths.resources;
  });
  await find('databases, native module and worker', () => lookAtStorage(parts, report));
  await find('the page', () => lookAtPage(parts.window(), report));
  await find('fuses', () => lookAtFuses(program, report));
  await find('sandbox', () => lookAtSandbox(report));
  await find('policies', () => lookAtPolicies(parts.policies));
  report.ok = report.findings.every(({ ok }) => ok);
  await parts.session.close().catch(() => undefined);
  let code = report.ok ? 0 : 1;
  try {
    writeFileOrDevice(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    console.error(`self-check: ${file} cannot be written: ${reasonOf(error)}`);
    code = 74; // EX_IOERR of sysexits.h
  }
  app.exit(code);
}

async function withinTime(work: () => Promise<string> | string): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${LONGEST_MS / 1000} s`)), LONGEST_MS);
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An account that exists nowhere: its worker opens both databases and says what it found. */
async function lookAtStorage(
  { session, accounts, vault }: SelfCheckParts,
  report: SelfCheckReport,
): Promise<string> {
  report.tokenProtection = await vault.protection();
  const token = 'self-check';
  // Port 9 of this computer: nobody answers there, and nobody elsewhere is asked.
  const nobody = { server: 'http://127.0.0.1:9', uid: token, username: token, name: token, token };
  const { id } = await accounts.remember(nobody, report.tokenProtection !== 'none');
  await session.open(id);
  const figures = await session.diagnostics();
  if (figures === null) throw new Error('the account worker does not answer');
  Object.assign(report.versions, figures.versions);
  if (figures.storage.readOnly !== null)
    throw new Error(`the databases are read-only: ${figures.storage.readOnly}`);
  return `schema ${figures.schemaVersion}`;
}

interface PageFindings {
  drawn: boolean;
  node: boolean;
  version: string;
}

/** Runs in the page: the interface is drawn, has no Node, and its bridge reaches the main thread. */
const LOOK_FROM_WITHIN = `(async () => {
  const root = () => document.getElementById('root');
  for (let left = 600; left > 0 && !root()?.childElementCount; left -= 1) await new Promise((next) => setTimeout(next, 50));
  const state = await window.wukong.invoke('shell.state');
  return {
    drawn: (root()?.childElementCount ?? 0) > 0,
    node: typeof require !== 'undefined' || typeof process !== 'undefined',
    version: state.ok ? state.value.version : '',
  };
})()`;

async function lookAtPage(window: BrowserWindow | null, report: SelfCheckReport): Promise<string> {
  if (window === null) throw new Error('there is no window');
  const contents = window.webContents;
  if (contents.isLoading())
    await new Promise<void>((loaded) => contents.once('did-finish-load', () => loaded()));
  const found = (await contents.executeJavaScript(LOOK_FROM_WITHIN)) as PageFindings;
  report.chromiumSandbox.renderer = rendererSandbox(contents);
  if (!found.drawn) throw new Error('the page is empty');
  if (found.node) throw new Error('the page can reach Node');
  if (found.version !== app.getVersion()) throw new Error('the page does not reach the main process');
  return contents.getURL();
}

/** Only Linux says of a process what it may do; elsewhere what the page was made with has to do. */
function rendererSandbox(contents: Electron.WebContents): string {
  if (process.platform === 'linux' && typeof contents.getOSProcessId === 'function') {
    try {
      const status = readFileSync(`/proc/${contents.getOSProcessId()}/status`, 'utf8');
      return /^Seccomp:\s*2$/m.test(status) ? 'system calls filtered' : 'system calls not filtered';
    } catch {
      // The process is another user's or gone.
    }
  }
  return 'not known';
}

function lookAtFuses(program: string, report: SelfCheckReport): string {
  report.fuses = fuseStates(fuseFile(program, process.platform));
  if (!app.isPackaged) return 'not packaged';
  const { fuses } = report;
  if (fuses === null) throw new Error('the program has no fuses');
  const wrong = Object.entries(FUSES).filter(([name, state]) => fuses[name as keyof FuseStates] !== state);
  if (wrong.length > 0) throw new Error(`not as built: ${wrong.map(([name]) => name).join(', ')}`);
  return 'all nine as built';
}

/** Off is said and not failed: an AppImage has no other way where the system keeps namespaces to itself. */
function lookAtSandbox({ chromiumSandbox: sandbox }: SelfCheckReport): string {
  if (sandbox.renderer === 'system calls not filtered' && !sandbox.switchedOff)
    throw new Error('the page runs without the sandbox that nobody switched off');
  return sandbox.switchedOff ? 'switched off (--no-sandbox)' : sandbox.renderer;
}

/** One that locks and cannot be read keeps everybody out; of the others each wrong one is named in the report. */
function lookAtPolicies({ blocked, names, problems }: Policies): string {
  if (blocked) throw new Error(`nobody can sign in: ${blocked.where}: ${blocked.why}`);
  if (problems.length > 0) return problems.join('; ');
  return names.length === 0 ? 'none' : names.join(', ');
}
