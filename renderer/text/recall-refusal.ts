/** Why the rules do not allow a recall, in words. Pure. */
import { Role } from '../../shared/domain.ts';
import type { RecallPermission } from '../../shared/policy/recall-policy.ts';
import type { Translate } from '../i18n/i18n.ts';

/** What the policy says when it says no. */
export type PolicyRefusal = Extract<RecallPermission, { ok: false }>;

export function refusalText(why: PolicyRefusal, t: Translate): string {
  switch (why.reason) {
    case 'late':
      return t('recall.why.late', { n: limitMinutes(why.limitSecond) });
    case 'role':
      return t('recall.why.role', {
        role: t(why.authorRole === Role.owner ? 'role.owner' : 'role.manager'),
      });
    case 'rulesUnknown':
      return t('recall.why.offlineUnknown');
    case 'notMine':
      return t('multi.why.notMine');
    default:
      return why satisfies never;
  }
}

/** A limit in whole minutes as the texts name it (`recall.why.late`): at least one. */
export function limitMinutes(limitSecond: number): number {
  return Math.max(1, Math.round(limitSecond / 60));
}
