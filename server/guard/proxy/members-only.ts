/** What TSDD tells everybody who knows the number of a group, and is for its members. */
import { refusal } from '../../business/http/errors.ts';
import { bodyOf } from './checked-body.ts';
import { type GuardParts, type Passing, tokenOf } from './parts.ts';

const GROUP = 2;
const MOST_BODY = 64 * 1024;
const MEMBERS = /^\/v1\/groups\/([^/]+)\/(?:membersync|members)$/;

/** The group whose members a call lists; null for other calls. */
export function groupOfMemberList(method: string, path: string): string | null {
  return method === 'GET' ? (MEMBERS.exec(path)?.[1] ?? null) : null;
}

/** @throws ApiError a refusal for who is no member; with `--fail open` nothing while the database does not answer */
export async function requireMember(parts: GuardParts, groupNo: string, token: string): Promise<void> {
  // TSDD answers it with 401.
  if (token === '') return;
  const me = await parts.identities.uidOf(token);
  let roles;
  try {
    roles = await parts.store.roles(groupNo, [me]);
  } catch (error) {
    if (parts.options.fail === 'open') return;
    throw error;
  }
  if (!roles.has(me)) throw refusal('群不存在或你不是群成员！', 'not_member');
}

/** What is pinned in a group is told by TSDD to whoever knows its number. */
export function pinnedSync(parts: GuardParts): Passing {
  return async (request, _reply, from) => {
    const { asked, ...whole } = await bodyOf(request, ['channel_id', 'channel_type', 'version'], MOST_BODY);
    const groupNo = asked['channel_id'];
    if (asked['channel_type'] === GROUP && typeof groupNo === 'string')
      await requireMember(parts, groupNo, tokenOf(request));
    return from(whole);
  };
}

export function memberList(parts: GuardParts, groupNo: string): Passing {
  return async (request, _reply, from) => {
    await requireMember(parts, groupNo, tokenOf(request));
    return from({});
  };
}
