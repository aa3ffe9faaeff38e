/** What a merged forward holds, as an export writes it: as many levels as the reader shows. */
import { DEEPEST_SHOWN } from '../../../shared/content/history-content.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { HistoryLevel } from '../../../shared/ipc/contract/messages.ts';
import { type ExportEntry, type Forwarded, isWithheld } from './export-format.ts';

interface Reads {
  /** As the store has it: without what is known as recalled, by whomever. */
  level: (channel: ChannelRef, key: string, path: readonly number[]) => HistoryLevel | null;
  /** Of an entry: what lies beside the export. */
  filesOf: (entry: MessageView) => Promise<Omit<ExportEntry, 'message'>>;
  /** Before each level: reading one costs as much as its message is long. Rejects when nobody wants it any more. */
  turn: () => Promise<void>;
}

/**
 * undefined: the message is none, or burns after reading. 'deeper': it lies too deep to be shown. `path`: of the entry
 * that it is in `top`.
 */
export async function forwardedIn(
  { content, flame }: MessageView,
  top: Pick<MessageView, 'channel' | 'key'>,
  reads: Reads,
  path: readonly number[] = [],
): Promise<Forwarded | undefined> {
  if (content.kind !== 'history' || flame !== null) return undefined;
  if (path.length >= DEEPEST_SHOWN) return 'deeper';
  await reads.turn();
  const level = reads.level(top.channel, top.key, path);
  if (!level) return undefined;
  const entries: ExportEntry[] = [];
  for (const [at, message] of level.entries.entries()) {
    if (isWithheld(message)) continue;
    const files = await reads.filesOf(message);
    const forwarded = await forwardedIn(message, top, reads, [...path, at]);
    entries.push({ message, ...files, ...(forwarded !== undefined && { forwarded }) });
  }
  const { length: all } = level.entries;
  return { entries, recalled: all - entries.length, leftOut: Math.max(0, level.count - all) };
}
