import { strictestFlame } from '../../../../../shared/content/flame.ts';
import type { MessageFacts } from './message-derive.ts';
import { payloadOfRow, type StoredMessage } from './message-row.ts';
import { mergeStream } from './stream-text.ts';

/** A message delivered again: the server's metadata wins, flags only rise, content once readable stays. */
export function mergeDelivery(known: StoredMessage, facts: MessageFacts): MessageFacts {
  return {
    ...facts,
    channel_no: known.channel_no,
    type: facts.type === 0 ? known.type : facts.type,
    // Not every delivery tells the life span.
    expires_at: strictestEnd(known.expires_at, facts.expires_at),
    flame: strictestFlame(known.flame, facts.flame),
    album: known.album ?? facts.album,
    voice_played: Math.max(known.voice_played, facts.voice_played),
    deleted: Math.max(known.deleted, facts.deleted),
    hidden: Math.max(known.hidden, facts.hidden),
    ...mergeStream(known, payloadOfRow(known), facts),
  };
}

/** The earlier of two ends; 0 = none. */
const strictestEnd = (a: number, b: number): number => (a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b));
