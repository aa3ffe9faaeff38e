/** What waits on the server for devices that were offline: reminders and commands (tsdd-api.md 5). */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Reminder } from '../store/server-records.ts';
import { readRows } from './answer.ts';
import type { Caller } from './caller.ts';
import { toReminder, usablePayload } from './normalise.ts';
import { MessageDto, ReminderDto } from './schemas.ts';

/** Names no group: group numbers are 32 hex characters. */
const NO_GROUP = 'none';

/** A command kept for devices that were offline (payload of type 99). */
export interface OfflineCommand {
  messageId: string;
  /** Seq of the command channel, for the acknowledgement only. */
  messageSeq: number;
  fromUid: string;
  /** Unix seconds. */
  timestamp: number;
  channel: ChannelRef | null;
  payload: unknown;
}

export function commandCalls({ request, log }: Caller) {
  return {
    /** `groupNos` limits @all reminders; an empty list would return those of every group (tsdd-api.md 5.2). */
    async reminders(
      version: number,
      groupNos: readonly string[],
      limit: number,
    ): Promise<{ reminders: Reminder[]; rowCount: number }> {
      const body = await request({
        method: 'POST',
        path: '/message/reminder/sync',
        body: { version, limit, channel_ids: groupNos.length > 0 ? groupNos : [NO_GROUP] },
      });
      const reminders = readRows('message/reminder/sync', ReminderDto, body, log).map(toReminder);
      return { reminders, rowCount: Array.isArray(body) ? body.length : 0 };
    },

    async remindersDone(ids: readonly number[]): Promise<void> {
      if (ids.length > 0) await request({ method: 'POST', path: '/message/reminder/done', body: ids });
    },

    async offlineCommands(limit: number): Promise<OfflineCommand[]> {
      const body = await request({
        method: 'POST',
        path: '/message/sync',
        body: { max_message_seq: 0, limit },
      });
      return readRows('message/sync', MessageDto, body, log).map((dto) => {
        const channelId = dto.channel_id.replace(/____cmd$/, '');
        const usable = channelId !== '' && dto.channel_type >= 1;
        return {
          messageId: dto.messageId,
          messageSeq: dto.message_seq,
          fromUid: dto.from_uid,
          timestamp: dto.timestamp,
          channel: usable ? { channelId, channelType: dto.channel_type } : null,
          payload: usablePayload(dto.payload),
        };
      });
    },

    async acknowledgeCommands(lastSeq: number): Promise<void> {
      if (lastSeq > 0) await request({ method: 'POST', path: `/message/syncack/${lastSeq}` });
    },
  };
}
