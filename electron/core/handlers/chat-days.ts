/** The calendar of a chat: what is known of its days, and what the server is asked for where nothing is. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { ChatDays } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import type { CoreContext } from './core-context.ts';

type Parts = Pick<CoreContext, 'store' | 'sync'>;

/** Pages of history that one call asks for: its answer is shown before the next. */
const PAGES = 4;
/** Halving so often finds one message among millions. */
const MOST_HALVINGS = 24;

export async function chatDays(
  { store, sync }: Parts,
  channel: ChannelRef,
  starts: readonly number[],
  ask: boolean,
): Promise<ChatDays> {
  const here = () => store.messages.days(channel, starts);
  let days = here();
  let told = false;
  let offline = false;
  try {
    const pages = ask ? PAGES : 0;
    for (let page = 0; days.hole && page < pages; page += 1) {
      const before = days.hole;
      await readInside(sync, before, false);
      days = here();
      told = !isSame(before, days.hole);
      if (!told) break;
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    // A page that could not be had is logged where it was asked for; what is known meanwhile is shown.
    offline = true;
    days = here();
  }
  const { marks, earliest, earliestSure, hole } = days;
  return { marks, earliest, earliestSure, more: hole !== null && told, offline };
}

/** @throws CodedError when the server cannot be asked and no message of [from, until) is here. */
export async function nextTo(
  { store, sync }: Parts,
  channel: ChannelRef,
  { from, until }: { from: number; until: number },
): Promise<{ messageSeq: number; timestamp: number } | null> {
  let found = store.messages.nextTo(channel, from);
  try {
    for (let halving = 0; found.hole && halving < MOST_HALVINGS; halving += 1) {
      const before = found.hole;
      await readInside(sync, before, from === 0);
      found = store.messages.nextTo(channel, from);
      if (isSame(before, found.hole)) break;
    }
  } catch (error) {
    found = store.messages.nextTo(channel, from);
    const { place } = found;
    if (!place || place.timestamp < from || place.timestamp >= until) throw error;
  }
  const { place } = found;
  return place && { messageSeq: place.seq, timestamp: place.timestamp };
}

/** One page out of the middle of a hole, which is half as wide then; or from its beginning on. */
async function readInside(sync: Parts['sync'], hole: MissingRange, fromItsStart: boolean): Promise<void> {
  const { channel, fromSeq, toSeq } = hole;
  const middle = fromItsStart ? fromSeq : Math.floor((fromSeq + toSeq) / 2);
  await sync.history.fetchRange({ channel, fromSeq: middle, toSeq }, 1, 'up');
}

const isSame = (a: MissingRange, b: MissingRange | null): boolean =>
  b !== null && a.fromSeq === b.fromSeq && a.toSeq === b.toSeq;
