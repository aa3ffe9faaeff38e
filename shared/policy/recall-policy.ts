/**
 * Who may recall which message until when. Pure: the interface renders the answer, the server decides again with
 * its own clock (docs/recall.md; the server's rule: wukongim.md E.1).
 */
import { ChannelType, Role, type ServerRules } from '../domain.ts';

/** The menu closes this long before the server's limit, so that an offered recall is not refused on arrival. */
export const CLIENT_MARGIN_MS = 3_000;

export interface RecallQuestion {
  channelType: number;
  message: {
    fromUid: string;
    /** Unix seconds, server clock. */
    timestamp: number;
    /** false while the message is only in the outbox. */
    acknowledged: boolean;
    /** Role of the author now; null = no longer a member, or unknown in person channels. */
    authorRole: Role | null;
    /** System lines and already recalled messages cannot be recalled. */
    recallable: boolean;
  };
  me: { uid: string; role: Role | null };
  /** null = not loaded yet. */
  rules: ServerRules | null;
  /** Server time in ms. */
  nowMs: number;
}

export type RecallPermission =
  /** Own message: `untilMs` is server time in ms (null = unlimited). `cancelSend`: it never left, just drop it. */
  | { ok: true; kind: 'own'; untilMs: number | null }
  | { ok: true; kind: 'cancelSend' }
  /** A lower role's message, by owner or manager: no time limit, needs confirmation. */
  | { ok: true; kind: 'member' }
  | { ok: false; reason: 'late'; limitSecond: number }
  | { ok: false; reason: 'role'; authorRole: Role }
  | { ok: false; reason: 'rulesUnknown' }
  /** Not offered at all: the item is absent from the menu. */
  | { ok: false; reason: 'notMine' };

export function recallPermission(question: RecallQuestion): RecallPermission {
  const { message, me, rules, nowMs } = question;
  if (!message.recallable || !message.fromUid) return { ok: false, reason: 'notMine' };
  if (message.fromUid !== me.uid) return permissionOverOthers(question);
  if (!message.acknowledged) return { ok: true, kind: 'cancelSend' };
  // An owner's or manager's own message follows the same window as everyone's: the rule is about authorship.
  if (!rules) return { ok: false, reason: 'rulesUnknown' };
  if (rules.revokeSecond < 0) return { ok: true, kind: 'own', untilMs: null };
  const untilMs = (message.timestamp + rules.revokeSecond) * 1000 - CLIENT_MARGIN_MS;
  if (nowMs >= untilMs) return { ok: false, reason: 'late', limitSecond: rules.revokeSecond };
  return { ok: true, kind: 'own', untilMs };
}

function permissionOverOthers({ channelType, message, me }: RecallQuestion): RecallPermission {
  if (channelType !== ChannelType.group) return { ok: false, reason: 'notMine' };
  if (me.role === Role.owner) return { ok: true, kind: 'member' };
  if (me.role !== Role.manager) return { ok: false, reason: 'notMine' };
  if (message.authorRole === Role.owner || message.authorRole === Role.manager) {
    return { ok: false, reason: 'role', authorRole: message.authorRole };
  }
  return { ok: true, kind: 'member' };
}
