/**
 * What a history row says of the stream of its message (WuKongIM's `event_meta`, wukongim.md C.5; TSDD leaves it out).
 */
import { isObject } from '../../../shared/json.ts';
import type { ServerStream } from '../store/server-records.ts';

const SHOWN_KEY = 'main';
const OVER = new Set<unknown>(['closed', 'error', 'cancelled']);

export function streamOf(meta: unknown): ServerStream | null {
  if (!isObject(meta) || !Array.isArray(meta['events'])) return null;
  const main: unknown = meta['events'].find((event) => isObject(event) && event['event_key'] === SHOWN_KEY);
  const final = meta['completed'] === true || (isObject(main) && OVER.has(main['status']));
  const text = isObject(main) ? textOf(main['snapshot']) : null;
  return text === null ? null : { text, seq: seqIn(meta), final };
}

function textOf(snapshot: unknown): string | null {
  if (typeof snapshot === 'string') return snapshot;
  return isObject(snapshot) && snapshot['kind'] === 'text' && typeof snapshot['text'] === 'string'
    ? snapshot['text']
    : null;
}

function seqIn({ last_msg_event_seq: seq }: Record<string, unknown>): number {
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? seq : 0;
}
