/**
 * After how many seconds what I send in a chat is deleted (TSDD's `msg_auto_delete`): as the channel's info said last,
 * or a tip of the chat since. The client sets the time on each message itself, so it is kept for when it is offline.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { autoDeleteOfTip } from '../../../shared/content/system-lines.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { SendJobs } from '../store/tables/outbox/send-jobs.ts';
import type { StateTable } from '../store/tables/state-table.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';

export interface AutoDelete {
  /** 0 = never, null = not known yet: the chat was not opened here, and no tip has said so. */
  of(channel: ChannelRef): number | null;
  /** The server lets people set it (the last that is known). */
  isOffered(): boolean;
  setOffered(offered: boolean): void;
  /** What the server answered to a question of this time (the server's, Unix seconds). */
  answered(channel: ChannelRef, seconds: number, askedAt: number): void;
  /** Any message that was delivered: it may be a tip that says so. One older than what is known changes nothing. */
  seen(message: ServerMessage): void;
}

const stateName = (channel: ChannelRef): `autoDelete:${string}` => `autoDelete:${channelKey(channel)}`;

/**
 * @param sends What waits with an unknown time gets it as soon as it is known.
 * @param changed What is shown of a channel.
 */
export function createAutoDelete(
  state: StateTable,
  people: Pick<PeopleTables, 'roleIn'>,
  sends: Pick<SendJobs, 'setUnknownExpire'>,
  changed: (channel: ChannelRef) => void,
): AutoDelete {
  /** Seconds, and the time as of which they are known. */
  function known(channel: ChannelRef): { seconds: number; asOf: number } | null {
    const kept = state.get(stateName(channel));
    if (kept === null) return null;
    const [seconds = 0, asOf = 0] = kept.split(':').map(Number);
    return { seconds, asOf };
  }

  function keep(channel: ChannelRef, seconds: number, asOf: number): void {
    const before = known(channel);
    const isNews = !before || asOf >= before.asOf;
    if (isNews) state.set(stateName(channel), `${seconds}:${asOf}`);
    sends.setUnknownExpire(channel, isNews ? seconds : before.seconds);
    if (isNews && seconds !== before?.seconds) changed(channel);
  }

  return {
    of: (channel) => known(channel)?.seconds ?? null,
    isOffered: () => state.get('offersAutoDelete') === '1',
    setOffered: (offered) => state.set('offersAutoDelete', offered ? '1' : '0'),
    answered: keep,
    seen({ channel, fromUid, timestamp, payload }) {
      const seconds = autoDeleteOfTip(payload, {
        fromUid,
        channelType: channel.channelType,
        fromRole: () => people.roleIn(channel, fromUid),
      });
      if (seconds !== null) keep(channel, seconds, timestamp);
    },
  };
}
