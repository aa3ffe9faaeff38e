/**
 * 500 recalls a second for 20 s into the open chat of the real window, each with its own CMD. Is each in the end what
 * it should be, how often is the page's state updated, and does its memory return to where it was?
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openBusyChat, taskRows } from './support/busy-chat.ts';
import { until } from './support/senders.ts';
import { type BenchmarkOptions, ratioRow, type Row, valueRow } from './support/report.ts';

const PER_SECOND = 500;
const SECONDS = 20;
/** Recalls of one turn. */
const BURST = 25;
const SETTLE_MS = 3_000;

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const count = PER_SECOND * (quick ? 1 : SECONDS);
  const chat = await openBusyChat(count);
  try {
    const { messages, window } = chat;
    await delay(SETTLE_MS);
    const heapBefore = await window.heap();
    const ended = await chat.watch();
    const announced: Promise<void>[] = [];
    const startedAt = performance.now();
    for (let from = 0; from < count; from += BURST) {
      const due = startedAt + (from / PER_SECOND) * 1000;
      const wait = due - performance.now();
      if (wait > 0) await delay(wait);
      const burst = messages.slice(from, from + BURST);
      chat.record(burst);
      announced.push(...burst.map((message) => chat.announce(message)));
    }
    await Promise.all(announced);
    const floodMs = performance.now() - startedAt;
    await until('the newest recall', async () => (await chat.notRecalled(1)).length === 0);
    const appliedMs = performance.now() - startedAt;
    const work = await ended();
    await delay(SETTLE_MS);
    const left = await chat.notRecalled();
    const shown = await window.page.getByTestId('bubble').count();
    const heapAfter = await window.heap();
    return [
      ratioRow('recalls a second, sent', (count / floodMs) * 1000, 'recalls/s', PER_SECOND, null),
      ratioRow('first sent to last applied, against sending', appliedMs, 'ms', floodMs, null),
      valueRow('lost: not recalled in the end', left.length + shown, 'messages', '<= 0'),
      ratioRow('updates of the state, against frames', work.updates, 'updates', work.frames, '<= 1'),
      valueRow('most of them in one frame', work.mostPerFrame, 'updates', '<= 1'),
      ratioRow(
        'heap of the page after a collection, against before',
        heapAfter / 2 ** 20,
        'MiB',
        heapBefore / 2 ** 20,
        '<= 1.1',
      ),
      ...taskRows(work, chat.arrival),
    ];
  } finally {
    await chat.close();
  }
}
