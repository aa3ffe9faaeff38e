/**
 * From the button of the sign-in form to the first chat painted in the list, in the real window, on a new profile with
 * a server that is near and one that is far; against a bare client that does what TSDD's web client does, one after
 * another: sign in, ask for the address of the IM server, connect, ask for the list. The bare one draws nothing and
 * stores nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { launchApp } from '../e2e/fixtures/app/launch-app.ts';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { startFaultyNetwork } from '../e2e/fixtures/faults/faulty-network.ts';
import { Peer, registerUser } from '../e2e/fixtures/people/peer.ts';
import { buildIfNeeded } from '../scripts/build.ts';
import { chooseRuntime, type Runtime } from '../scripts/runtime.ts';
import { alternating, type BenchmarkOptions, ratioRow, type Row } from './support/report.ts';
import { defineBenchPainted, type Painted } from './support/window.ts';

const CHATS = 40;
const MESSAGES = 20;
const PASSWORD = 'bench-password-1';
const ME = 'bench-sign-in-1';
const GOAL = '<= 1';
/** One way, ms: a server in the next city, and one on another continent. */
const FAR_MS = [15, 75] as const;

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const rounds = quick ? 1 : 5;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  await buildIfNeeded(() => undefined);
  const runtime = await chooseRuntime(() => undefined);
  const servers = await startTestServers({ dataDir: join(dir, 'servers'), seed: null });
  try {
    await fill(servers.api, quick ? 5 : CHATS);
    const network = await startFaultyNetwork(servers);
    let profiles = 0;
    const app = (): Promise<number> => inTheApp(runtime, join(dir, `p${(profiles += 1)}`), network.api);
    const bare = (): Promise<number> => bareClient(network.api);
    try {
      await app();
      const rows: Row[] = [];
      for (const delayMs of [0, ...FAR_MS]) {
        const treatment = { toServer: { delayMs }, toClient: { delayMs } };
        for (const proxy of [network.http, network.tcp]) proxy.treat(delayMs === 0 ? {} : treatment);
        const [base, value] = await alternating(rounds, bare, app);
        const where = delayMs === 0 ? 'a server on this computer' : `${delayMs * 2} ms there and back`;
        rows.push(
          ratioRow(`from the button to the list, ${where}`, value, 'ms', base, delayMs === 0 ? null : GOAL),
        );
      }
      return rows;
    } finally {
      await network.stop();
    }
  } finally {
    await servers.dispose();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(api: string, chats: number): Promise<void> {
  const uid = await registerUser(api, ME, PASSWORD, '我');
  await registerUser(api, 'bench-writer-1', PASSWORD, '陈屿');
  const writer = await Peer.signIn(api, 'bench-writer-1', PASSWORD);
  await writer.connect();
  for (let chat = 0; chat < chats; chat += 1) {
    const { group_no } = await writer.call<{ group_no: string }>('POST', 'group/create', {
      members: [uid],
      name: `发布值班 ${chat}`,
    });
    for (let n = 0; n < MESSAGES; n += 1)
      await writer.sendText(group_no, 2, `联调通过，今晚 20:00 灰度。 ${n}`);
  }
  writer.close();
}

async function bareClient(api: string): Promise<number> {
  const startedAt = performance.now();
  const me = await Peer.signIn(api, ME, PASSWORD);
  await me.connect();
  const list = await me.call<{ conversations: unknown[] }>('POST', 'conversation/sync', {
    version: 0,
    last_msg_seqs: '',
    msg_count: MESSAGES,
  });
  const ms = performance.now() - startedAt;
  me.close();
  if (list.conversations.length === 0) throw new Error('the list is empty');
  return ms;
}

async function inTheApp(runtime: Runtime, userDataDir: string, api: string): Promise<number> {
  const app = await launchApp(runtime, { userDataDir, lang: 'zh' });
  try {
    const page = await app.firstWindow();
    await page.getByLabel('服务器地址').fill(api);
    await page.getByLabel('用户名', { exact: true }).fill(ME);
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    // Probed, and all is known that the form asks for while somebody types.
    await page.getByRole('button', { name: '扫码登录' }).waitFor();
    return await clickToList(page);
  } finally {
    await app.close();
  }
}

async function clickToList(page: Page): Promise<number> {
  await page.evaluate(defineBenchPainted);
  const painted = page.evaluate<Painted>(`window.benchPainted('[role="listbox"] [role="option"]', true)`);
  await page.locator('button[type="submit"]').click();
  const { at, clickedAt } = await painted;
  return at - clickedAt;
}
