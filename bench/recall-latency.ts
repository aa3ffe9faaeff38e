/**
 * In the real window: from the recall CMD on the wire to the first frame with the placeholder, against a plain message
 * on the wire to the first frame with its bubble. "On the wire" is when the RECV is written to the app's socket
 * (wire-tap.ts). A recall's way holds one HTTP round trip more (`message/extra/sync`). Also: from the click on an own
 * message's "recall" to its content out of the document (against the time of a frame) and to the first frame without
 * it.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Peer } from '../e2e/fixtures/people/peer.ts';
import { createWorld, PASSWORD, type World } from '../e2e/fixtures/people/world.ts';
import { type BenchmarkOptions, percentile, ratioRow, type Row, valueRow } from './support/report.ts';
import { startBenchServers } from './support/servers.ts';
import {
  clockOffset,
  defineBenchPainted,
  frameTime,
  now,
  openWindow,
  type Painted,
  type Window,
} from './support/window.ts';
import { WireTap } from './support/wire-tap.ts';

const PERSON = 1;
const TIMES = 60;
const OWN_TIMES = 20;
/** Read receipts and previews of one message must not run into the next. */
const SETTLE_MS = 120;

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  let tap!: WireTap;
  const servers = await startBenchServers({
    async announce(tcp) {
      tap = await WireTap.start(tcp);
      return { tcp: tap.address };
    },
    webhook: true,
  });
  let window: Window | null = null;
  try {
    const world = await createWorld(servers.api);
    const alice = await Peer.signIn(servers.api, world.alice.username, PASSWORD);
    await alice.connect();
    window = await openWindow({
      userDataDir: join(servers.dir, 'profile'),
      server: servers.api,
      username: world.bob.username,
      password: PASSWORD,
    });
    await window.openChat(world.alice.name);
    await window.page.evaluate(defineBenchPainted);
    const rows = await measure(window, world, alice, tap, quick ? 3 : TIMES);
    alice.close();
    return [...rows, ...(await ownRecalls(window, quick ? 2 : OWN_TIMES))];
  } finally {
    await window?.app.close();
    tap.close();
    await servers.close();
  }
}

const article = (key: string, part: string): string =>
  `article[data-message-key="${key}"] [data-testid="${part}"]`;

const painted = (window: Window, selector: string, present: boolean): Promise<Painted> =>
  window.page.evaluate<Painted>(`benchPainted(${JSON.stringify(selector)}, ${present})`);

const compared = (name: string, p: number, ours: number[], baseline: number[], goal: string | null): Row =>
  ratioRow(`${name}, p${p}`, percentile(ours, p), 'ms', percentile(baseline, p), goal);

async function measure(
  window: Window,
  world: World,
  alice: Peer,
  tap: WireTap,
  times: number,
): Promise<Row[]> {
  const offset = await clockOffset(window.page);
  const plain: number[] = [];
  const recalls: number[] = [];
  const sent: number[] = [];
  const asked: number[] = [];
  for (let i = -5; i < times; i += 1) {
    const clientMsgNo = randomUUID();
    const key = `${alice.uid}:${clientMsgNo}`;
    const bubble = painted(window, article(key, 'bubble'), true);
    const sentAt = now();
    const ack = alice.send(
      world.bob.uid,
      PERSON,
      { type: 1, content: `第 ${i} 条：今晚 20:00 灰度 5%` },
      clientMsgNo,
    );
    const shown = (await bubble).at + offset;
    const message = await ack;
    const recv = tap.seen.find(({ packet }) => packet.clientMsgNo === clientMsgNo);
    // A message in between keeps the recalls from being folded into one line.
    await alice.sendText(world.bob.uid, PERSON, `之后 ${i}`);
    await delay(SETTLE_MS);

    const tip = painted(window, article(key, 'recall-tip'), true);
    const before = tap.seen.length;
    const askedAt = now();
    await alice.revoke(world.bob.uid, PERSON, message);
    const gone = (await tip).at + offset;
    const cmd = tap.seen.slice(before).find(({ packet }) => packet.fromUid === alice.uid);
    if (!recv || !cmd) throw new Error('a RECV was not seen on the wire');
    await delay(SETTLE_MS);
    if (i < 0) continue;
    plain.push(shown - recv.at);
    recalls.push(gone - cmd.at);
    sent.push(shown - sentAt);
    asked.push(gone - askedAt);
  }
  return [
    compared('recall CMD on the wire to placeholder painted', 50, recalls, plain, '<= 3'),
    compared('recall CMD on the wire to placeholder painted', 95, recalls, plain, '<= 3'),
    valueRow('of it p95 alone', percentile(recalls, 95), 'ms', '<= 50'),
    compared('author asks (HTTP) to placeholder painted at the peer', 50, asked, sent, null),
    compared('author asks (HTTP) to placeholder painted at the peer', 95, asked, sent, null),
  ];
}

async function ownRecalls(window: Window, count: number): Promise<Row[]> {
  const { page } = window;
  const times: number[] = [];
  const documents: number[] = [];
  const frames: number[] = [];
  for (let i = -1; i < count; i += 1) {
    const text = `我的第 ${i} 条消息`;
    await page.getByTestId('composer').fill(text);
    await page.getByTestId('composer').press('Enter');
    const own = page.getByRole('log').getByRole('article', { name: text });
    await page.locator('article[aria-label*="已"]').filter({ hasText: text }).waitFor();
    const key = await own.getAttribute('data-message-key');
    if (key === null) throw new Error('the own message has no key');
    await own.getByTestId('bubble').click({ button: 'right' });
    const item = page.getByRole('menu', { name: '消息操作' }).getByRole('menuitem', { name: /^撤回/ });
    await item.waitFor();
    const gone = painted(window, article(key, 'bubble'), false);
    await item.click();
    const { at, changedAt, changedFrames, clickedAt } = await gone;
    // The author's next message must not be folded away with it.
    await page.locator(article(key, 'recall-tip')).waitFor();
    await page.getByTestId('composer').fill(`之后 ${i}`);
    await page.getByTestId('composer').press('Enter');
    if (i < 0) continue;
    times.push(at - clickedAt);
    documents.push(changedAt - clickedAt);
    frames.push(changedFrames);
  }
  const frame = await frameTime(page);
  const inFrames = (p: number): Row =>
    ratioRow(
      `own click to content out of the document, p${p}, against a frame`,
      percentile(documents, p),
      'ms',
      frame,
      '<= 1',
    );
  return [
    inFrames(50),
    inFrames(95),
    valueRow('frames begun until then, most', Math.max(...frames), 'frames', '<= 1'),
    valueRow('own click to painted without it, p50', percentile(times, 50), 'ms'),
    valueRow('own click to painted without it, p95', percentile(times, 95), 'ms'),
  ];
}
