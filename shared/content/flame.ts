/**
 * Burn after reading (阅后即焚): what `flame` and `flame_second` of a payload mean (tsdd-api.md 6.2). Whoever sends it
 * asks that the words are covered until they are opened, and gone so many seconds later.
 */
import { z } from 'zod';
import { isObject } from '../json.ts';
import { type MessageContent, PayloadType } from './message-content.ts';
import { isSystemType } from './system-lines.ts';

/** Burn after reading (阅后即焚). `content` is `covered` until it is opened. */
export const FlameView = z.object({
  /** From opening to the end; 0 = until the chat is left. */
  seconds: z.int(),
  /** Opened on this device. */
  open: z.boolean(),
  /** Server time (ms) of the end; null: not open, or open until the chat is left. */
  untilMs: z.number().nullable(),
});
export type FlameView = z.infer<typeof FlameView>;

/** A day. TSDD's clients offer up to 180 s; what is beyond any reason is not a reason to keep it for good. */
export const MAX_FLAME_SECONDS = 86_400;

/** Offered for a chat, as by TSDD's clients. 0 = gone when the chat is left. */
export const FLAME_SECONDS = [0, 10, 20, 30, 60, 120, 180] as const;

/**
 * Seconds from opening to the end, 0 = until the chat is left; null = an ordinary message. What any of TSDD's clients
 * reads as "on" is on here (`"1"`, `true`): covering too much is repaired by a click, showing too much is not.
 * Lines of the system and commands are nobody's words, the flag means nothing there.
 */
export function flameOf(payload: unknown): number | null {
  if (!isObject(payload) || !isOn(payload['flame']) || isNobodys(payload['type'])) return null;
  const seconds = Number(numeric(payload['flame_second']));
  if (Number.isNaN(seconds) || seconds <= 0) return 0;
  return Math.min(Math.ceil(seconds), MAX_FLAME_SECONDS);
}

function isOn(value: unknown): boolean {
  if (typeof value === 'string' && /^(?:true|yes)$/iu.test(value.trim())) return true;
  const number = Number(numeric(value));
  return !Number.isNaN(number) && number !== 0;
}

/** What can be read as a number; NaN for all else, which `Number` would read as 0 or as the only item of a list. */
function numeric(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? Number.NaN : value.slice(0, 40);
  return typeof value === 'number' || typeof value === 'boolean' ? value : Number.NaN;
}

const isNobodys = (type: unknown): boolean => type === PayloadType.cmd || isSystemType(type);

/**
 * Covered content that this client can show. The rest stays covered: opening would burn it unseen, and another device
 * of the account can show it.
 */
export const canBeOpened = (content: MessageContent): boolean =>
  content.kind === 'covered' && content.of !== 'unsupported';

/** The earlier of two ends: of what several deliveries or edits of a message say, the strictest counts. */
export function strictestFlame(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
