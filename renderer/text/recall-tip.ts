/**
 * Which placeholder text a recalled message gets (ui.md 8 `tip.*`): actor and author both known, one of them, or
 * neither; and what stands there before. Used by every surface that shows one.
 */
import { type RecallState, Role } from '../../shared/domain.ts';
import type { RecalledNoun } from '../../shared/content/recalled-noun.ts';
import type { StringKey, Text } from '../../shared/strings/index.ts';

export interface TipQuestion {
  meUid: string;
  author: { uid: string; name: string };
  /** `uid` null: not known who recalled. `name` '': the actor is not known here (left the group, never seen). */
  actor: { uid: string | null; name: string; role: Role | null };
}

export type Tip = Text<Extract<StringKey, `tip.${string}`>>;

/** What a recall that is not done waits for. */
export function pendingText(
  recall: RecallState | null,
): 'recall.pending' | 'recall.queued' | 'recall.queuedServer' {
  if (recall?.state !== 'queued') return 'recall.pending';
  return recall.waiting ? 'recall.queuedServer' : 'recall.queued';
}

/** `role` is the word for the actor's role, '' for none. */
export function recallTip(question: TipQuestion, role: (role: Role) => string): Tip {
  const { meUid, author, actor } = question;
  const mine = author.uid === meUid;
  if (actor.uid === meUid) {
    if (mine || !author.name) return { key: 'tip.meMine', params: {} };
    return { key: 'tip.meOther', params: { Y: author.name } };
  }
  // Also an owner or manager who recalls an own message: it is about authorship, so no role is named.
  if (actor.uid !== null && actor.uid === author.uid) {
    const name = author.name || actor.name;
    return name ? { key: 'tip.self', params: { X: name } } : { key: 'tip.unknown', params: {} };
  }
  if (actor.uid === null || !actor.name) {
    return author.name
      ? { key: 'tip.noActor', params: { Y: author.name } }
      : { key: 'tip.unknown', params: {} };
  }
  // Only owners and managers can recall for others; a role that was lost since is not guessed.
  const word = actor.role === Role.owner || actor.role === Role.manager ? role(actor.role) : '';
  if (mine) return { key: 'tip.roleMine', params: { role: word, X: actor.name } };
  if (!author.name) return { key: 'tip.self', params: { X: actor.name } };
  return { key: 'tip.roleOther', params: { role: word, X: actor.name, Y: author.name } };
}

/** The same with what it was, for whoever wants that. `noun`: the word for it, alone and after whose it was. */
export function typedTip(
  tip: Tip,
  was: RecalledNoun | undefined,
  noun: (key: `noun.${RecalledNoun}` | `nounOf.${RecalledNoun}`) => string,
): Tip {
  if (was === undefined) return tip;
  const [one, its] = [noun(`noun.${was}`), noun(`nounOf.${was}`)];
  switch (tip.key) {
    case 'tip.meMine':
      return { key: 'tip.typed.meMine', params: { noun: one } };
    case 'tip.meOther':
      return { key: 'tip.typed.meOther', params: { ...tip.params, noun: its } };
    case 'tip.self':
      return { key: 'tip.typed.self', params: { ...tip.params, noun: one } };
    case 'tip.roleMine':
      return { key: 'tip.typed.roleMine', params: { ...tip.params, noun: its } };
    case 'tip.roleOther':
      return { key: 'tip.typed.roleOther', params: { ...tip.params, noun: its } };
    case 'tip.noActor':
      return { key: 'tip.typed.noActor', params: { ...tip.params, noun: its } };
    case 'tip.unknown':
      return { key: 'tip.typed.unknown', params: { noun: one } };
    default:
      return tip;
  }
}
