/**
 * 10,000 recalls in one go into the real window: everything in the open chat was recalled unannounced, then one
 * CMD makes the app ask. Does the page stay responsive meanwhile? Baseline: the same page while the 10,000 messages
 * arrived.
 */
import { openBusyChat, taskRows } from './support/busy-chat.ts';
import { until } from './support/senders.ts';
import { type BenchmarkOptions, ratioRow, type Row, valueRow } from './support/report.ts';

const RECALLS = 10_000;
const BATCH = 500;

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const count = quick ? 200 : RECALLS;
  const chat = await openBusyChat(count);
  try {
    const { messages } = chat;
    for (let from = 0; from < count; from += BATCH) chat.record(messages.slice(from, from + BATCH));
    const newest = messages.at(-1);
    if (!newest) throw new Error('no messages');
    const ended = await chat.watch();
    const startedAt = performance.now();
    await chat.announce(newest);
    await until('the newest recall', async () => (await chat.notRecalled(1)).length === 0);
    const ms = performance.now() - startedAt;
    const work = await ended();
    const left = await chat.notRecalled();
    return [
      ratioRow(`${count} recalls, announced to all applied`, ms, 'ms', chat.arrival.ms, null),
      ...taskRows(work, chat.arrival),
      valueRow('messages not recalled in the end', left.length, 'messages', '<= 0'),
    ];
  } finally {
    await chat.close();
  }
}
