/**
 * The app in its real window under load, its server a scripted one: 5,000 messages a second for 30 s into 500 conversations (every
 * tenth into the one that is open), then a group of 10,000. Longest task of the page (PerformanceObserver "longtask": above 50
 * ms), memory, and whether everything is stored at the end.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { ScriptedServer } from '../electron/core/connection/testing/scripted-server.ts';
import { callApi, registerUser } from '../e2e/fixtures/peer.ts';
import { startBusinessServer } from '../server/business/business-server.ts';
import { startImServer } from '../server/im/im-server.ts';
import { type BenchmarkOptions, type Row, valueRow } from './report.ts';
import { openWindow, type Window } from './window.ts';

const PASSWORD = 'bench-password-1';
const NO_LONG_TASK = '<= 50';
const LATE_MS = 240_000;
const AT_ONCE = 20;
const MEMBERS_READ_MS = 4_000;
/** Packets written at once; the rest of the second's share follows in the next hundredth. */
const SLICE_MS = 20;

/** Longest task since the last look, and how many were above 50 ms. */
const observeLongTasks = `(() => {
  window.benchTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.benchTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
})()`;
const takeLongTasks = 'window.benchTasks.splice(0)';

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const size = quick
    ? { rate: 500, seconds: 2, chats: 20, members: 60 }
    : { rate: 5_000, seconds: 30, chats: 500, members: 10_000 };
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const scripted = await ScriptedServer.start();
  const im = await startImServer({ dataDir: join(dir, 'im') });
  const business = await startBusinessServer({
    dataDir: join(dir, 'business'),
    imApi: im.api,
    imAddresses: { tcp: scripted.tcp, ws: '', wss: '' },
    passwordCost: 16,
    requestsPerSecond: 1_000_000,
  });
  let window: Window | null = null;
  try {
    const me = await registerUser(business.api, 'bench-me-load', PASSWORD, '我');
    const people: string[] = [];
    for (let from = 0; from < Math.max(size.chats, size.members); from += AT_ONCE)
      people.push(
        ...(await Promise.all(
          Array.from({ length: AT_ONCE }, (_, i) =>
            registerUser(business.api, `bench-person-${from + i}`, PASSWORD, `同事 ${from + i}`),
          ),
        )),
      );
    const group = await bigGroup(business.api, me, people.slice(0, size.members - 1));
    await seedChat(im.api, people[0] ?? '', me);
    window = await openWindow({
      userDataDir: join(dir, 'profile'),
      server: business.api,
      username: 'bench-me-load',
      password: PASSWORD,
    });
    await window.page.evaluate(observeLongTasks);
    const flooded = await flood(window, scripted, people.slice(0, size.chats), size);
    return [...flooded, ...(await groupOf(window, group.name, size.members))];
  } finally {
    await window?.app.close();
    await business.close();
    await im.close();
    await scripted.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The conversation that is opened later. */
async function seedChat(imApi: string, from: string, to: string): Promise<void> {
  await fetch(`${imApi}/message/send`, {
    method: 'POST',
    body: JSON.stringify({
      header: { red_dot: 1 },
      from_uid: from,
      channel_id: to,
      channel_type: 1,
      payload: Buffer.from(JSON.stringify({ type: 1, content: 'hello' })).toString('base64'),
    }),
  });
}

/** A group of the first person with everybody in it. */
async function bigGroup(api: string, me: string, people: readonly string[]): Promise<{ name: string }> {
  const name = '万人群';
  const { token } = await callApi<{ token: string }>(api, null, 'POST', 'user/login', {
    username: 'bench-person-0',
    password: PASSWORD,
    flag: 2,
    device: { device_id: randomUUID(), device_name: 'bench', device_model: 'bench' },
  });
  const { group_no: groupNo } = await callApi<{ group_no: string }>(api, token, 'POST', 'group/create', {
    members: [me],
    name,
  });
  for (let at = 1; at < people.length; at += 500)
    await callApi(api, token, 'POST', `groups/${groupNo}/members`, { members: people.slice(at, at + 500) });
  return { name };
}

interface Size {
  rate: number;
  seconds: number;
  chats: number;
}

async function flood(
  { app, page }: Window,
  scripted: ScriptedServer,
  people: readonly string[],
  size: Size,
): Promise<Row[]> {
  const { peer } = scripted;
  await page
    .getByRole('listbox', { name: '会话', exact: true })
    .getByRole('option', { name: /^同事 0/ })
    .click();
  await page.getByRole('log').waitFor();
  const pid = app.process().pid ?? 0;
  const before = residentMiB(pid);
  await page.evaluate(takeLongTasks);
  const seqs = people.map(() => 1);
  const start = performance.now();
  const total = size.rate * size.seconds;
  let sent = 0;
  let most = before;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * size.rate));
    const frames: Uint8Array[] = [];
    for (; sent < due && frames.length < size.rate / 10; sent += 1) {
      const who = sent % 10 === 0 ? 0 : sent % people.length;
      seqs[who] = (seqs[who] ?? 1) + 1;
      frames.push(
        peer.recv({
          fromUid: people[who] ?? '',
          channelId: people[who] ?? '',
          messageId: 2_124_791_608_111_960_064n + BigInt(sent) * 4_096n,
          messageSeq: seqs[who] ?? 2,
          clientMsgNo: randomUUID().replaceAll('-', ''),
          timestamp: Math.floor(Date.now() / 1_000),
          payload: { type: 1, content: `第 ${sent} 条：今晚 20:00 灰度 5%，有问题群里说。` },
        }),
      );
    }
    if (frames.length > 0) peer.write(...frames);
    most = Math.max(most, residentMiB(pid));
    await delay(SLICE_MS);
  }
  const wrote = performance.now() - start;
  while (peer.of('recvack').length < total) {
    if (performance.now() - start > LATE_MS)
      throw new Error(`${peer.of('recvack').length} of ${total} acknowledged`);
    most = Math.max(most, residentMiB(pid));
    await delay(100);
  }
  const acked = performance.now() - start;
  const tasks = await page.evaluate<number[]>(takeLongTasks);
  return [
    valueRow('offered', total / (wrote / 1_000), 'messages/s'),
    valueRow('stored and acknowledged', total / (acked / 1_000), 'messages/s'),
    valueRow('longest task of the page meanwhile', Math.max(0, ...tasks), 'ms', NO_LONG_TASK),
    valueRow('tasks of the page above 50 ms', tasks.length, 'tasks', '<= 0'),
    valueRow('main process and worker before', before, 'MiB'),
    valueRow('main process and worker at most', most, 'MiB'),
  ];
}

/** Opening the large group, its list of members from end to end, a search in it, and the popup of an @. */
async function groupOf({ page }: Window, name: string, members: number): Promise<Row[]> {
  const rows: Row[] = [];
  const timed = async (what: string, act: () => Promise<void>): Promise<void> => {
    await page.evaluate(takeLongTasks);
    const startedAt = performance.now();
    await act();
    rows.push(valueRow(`group of ${members}: ${what}`, performance.now() - startedAt, 'ms'));
    const tasks = await page.evaluate<number[]>(takeLongTasks);
    rows.push(
      valueRow(`group of ${members}: ${what}, longest task`, Math.max(0, ...tasks), 'ms', NO_LONG_TASK),
    );
  };
  await timed('opened', () => openByName(page, name));
  // Meanwhile its members are read, a thousand at a time.
  await timed('watched while its members come', () => delay(MEMBERS_READ_MS));
  await timed('popup of an @', async () => {
    await page.getByTestId('composer').pressSequentially('@同事');
    await page.getByRole('listbox', { name: '可提及的成员' }).getByRole('option').first().waitFor();
    await page.getByTestId('composer').fill('');
  });
  await timed('information and members', async () => {
    await page.getByRole('button', { name: '会话信息' }).click();
    await page.getByRole('list', { name: '成员' }).getByRole('listitem').first().waitFor();
  });
  const list = page.getByRole('list', { name: '成员' });
  await timed('all members, scrolled to the end', async () => {
    await page.getByRole('button', { name: /^查看全部/ }).click();
    await list.getByRole('listitem').nth(5).waitFor();
    await list.evaluate((element) => {
      const scroller = element.parentElement;
      if (scroller) scroller.scrollTop = scroller.scrollHeight;
    });
    // The reader sorts behind all colleagues.
    await list.locator('bdi').getByText('我', { exact: true }).waitFor();
  });
  await timed('search among the members', async () => {
    await page.getByRole('button', { name: '搜索成员' }).click();
    await page.getByRole('textbox', { name: '搜索成员' }).fill(`同事 ${members - 3}`);
    await list
      .locator('bdi')
      .getByText(`同事 ${members - 3}`)
      .waitFor();
  });
  return rows;
}

async function openByName(page: Page, name: string): Promise<void> {
  await page
    .getByRole('listbox', { name: '会话', exact: true })
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .click();
  await page.getByRole('log').waitFor();
}

function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}
