/** Commands that came while this account was offline (tsdd-api.md 5). */
import { ChannelType } from '../../../../shared/domain.ts';
import { PayloadType } from '../../../../shared/content/message-content.ts';
import { payloadType } from '../history-rows.ts';
import type { SyncContext } from '../sync-context.ts';
import type { Command } from './command.ts';
import { envelopeChannel } from './envelope-channel.ts';

const ROWS = 200;
/** An early acknowledgement is lost on real servers (wukongim.md C.8): "until empty" would never end. */
const MAX_ROUNDS = 3;

/** Reads, handles and acknowledges them. Rejects when the server cannot be asked. */
export function createOfflineCommands(
  { api, me }: SyncContext,
  handle: (command: Command) => void,
): () => Promise<void> {
  return async () => {
    const seen = new Set<string>();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const startedAt = performance.now();
      const rows = await api.offlineCommands(ROWS);
      const fresh = rows.filter((row) => !seen.has(row.messageId));
      for (const row of fresh) {
        seen.add(row.messageId);
        const { payload } = row;
        if (payloadType(payload) !== PayloadType.cmd) continue;
        const envelope = row.channel ? envelopeChannel(row.channel) : null;
        // Its channel is the party that is not the sender, which may be me (tsdd-api.md 7).
        const peer =
          envelope?.channelType === ChannelType.person && envelope.channelId === me.uid
            ? { channelId: row.fromUid, channelType: ChannelType.person }
            : envelope;
        handle({
          envelope: peer && peer.channelId !== '' ? peer : null,
          fromUid: row.fromUid,
          payload: payload as Record<string, unknown>,
          timestamp: row.timestamp,
          startedAt,
        });
      }
      const lastSeq = rows.reduce((max, row) => Math.max(max, row.messageSeq), 0);
      if (lastSeq > 0) await api.acknowledgeCommands(lastSeq);
      if (rows.length < ROWS || fresh.length === 0) return;
    }
  };
}
