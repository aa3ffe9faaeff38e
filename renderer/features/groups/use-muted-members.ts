import type { MemberView } from '../../../shared/domain.ts';
import { useServerNow } from '../../state/session/server-clock.ts';

/** Who is muted now; a mute that ends takes its member off the list. */
export function useMutedMembers(members: readonly MemberView[]): readonly MemberView[] {
  const some = members.some(({ mutedUntil }) => mutedUntil > 0);
  const now = useServerNow(some ? 1_000 : null);
  return some ? members.filter(({ mutedUntil }) => mutedUntil * 1000 > now) : NOBODY;
}

const NOBODY: readonly MemberView[] = [];
