/** Whom the mention popup offers for what was typed after the @. */
import { Role, type MemberView } from '../../../shared/domain.ts';
import { foldQuery } from '../../../shared/matching/match.ts';
import { EVERYONE } from '../../state/composer/mention-tokens.ts';
import { nameFit } from '../../text/name-match.ts';

export interface Candidate {
  uid: string;
  /** What is written into the text. */
  name: string;
  /** The account name, if the nickname in the group differs. */
  alias: string;
  role: Role | null;
  /** '' = not known. */
  shortNo: string;
}

/** Most people that are offered at once. */
export const MAX_CANDIDATES = 50;
const RANK: Record<Role, number> = { [Role.owner]: 0, [Role.manager]: 1, [Role.member]: 2 };

/** 0 = starts with it, 1 = contains it or its pinyin does, null = no match. */
function quality(name: string, query: string): number | null {
  const fit = nameFit(query, name);
  return fit === null ? null : Math.min(fit, 1);
}

/**
 * Everyone first where allowed, then by how well the name fits, role and name. `meUid` is never offered. `matched`: the
 * members are those who match, in their order.
 */
export function mentionCandidates(
  members: readonly MemberView[],
  query: string,
  options: { meUid: string; canMentionAll: boolean; everyone: string; matched?: boolean },
): Candidate[] {
  const wanted = foldQuery(query);
  const found: { candidate: Candidate; rank: number }[] = [];
  for (const member of members) {
    if (member.uid === options.meUid) continue;
    const name = member.remark || member.name;
    const fits = options.matched
      ? []
      : [quality(name, wanted), quality(member.name, wanted)].filter((q) => q !== null);
    if (wanted && fits.length === 0 && !options.matched) continue;
    found.push({
      candidate: {
        uid: member.uid,
        name,
        alias: member.remark && member.remark !== member.name ? member.name : '',
        role: member.role,
        shortNo: member.shortNo ?? '',
      },
      rank: wanted && !options.matched ? Math.min(...fits) : 0,
    });
  }
  if (!options.matched) {
    found.sort(
      (a, b) =>
        a.rank - b.rank ||
        RANK[a.candidate.role ?? Role.member] - RANK[b.candidate.role ?? Role.member] ||
        a.candidate.name.localeCompare(b.candidate.name, 'zh-CN'),
    );
  }
  const list = found.slice(0, MAX_CANDIDATES).map(({ candidate }) => candidate);
  const offerAll =
    options.canMentionAll &&
    (!wanted || quality(options.everyone, wanted) !== null || 'all'.startsWith(wanted));
  return offerAll
    ? [{ uid: EVERYONE, name: options.everyone, alias: '', role: null, shortNo: '' }, ...list]
    : list;
}
