/** What tells a chat from another of the same name, wherever chats are shown by their names. */
import { type ChannelRef, ChannelType, channelKey, type ContactView } from '../../../shared/domain.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { personFacts } from '../../text/person-facts.ts';
import { toldApart } from '../../text/told-apart.ts';
import { call } from '../bridge.ts';
import { useLoaded } from '../use-loaded.ts';
import { type SessionState, useSession } from './session-store.ts';

type Named = ReadonlyMap<string, { channel: ChannelRef; name: string }>;
interface Group {
  channel: ChannelRef;
  memberCount: number;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Of a group: how many there are in it. */
export const groupFacts = (t: Translate, { memberCount }: { memberCount: number }): string[] => [
  t('chat.members', { n: memberCount }),
];

/** undefined where it stands there anyway. */
export const unlessSaid = (detail: string | undefined, said: readonly string[]): string | undefined =>
  detail !== undefined && said.includes(detail) ? undefined : detail;

/** Chats by key, each with what stands beside its name; those whose name nobody else has are not in it. Pure. */
export function chatDetails(
  t: Translate,
  chats: Named,
  contacts: readonly ContactView[],
  groups: readonly Group[],
): ReadonlyMap<string, string> {
  const facts = new Map<string, string[]>();
  for (const group of groups) facts.set(channelKey(group.channel), groupFacts(t, group));
  for (const contact of contacts)
    facts.set(
      channelKey({ channelId: contact.uid, channelType: ChannelType.person }),
      personFacts(t, contact),
    );
  return toldApart([...chats].map(([id, { name }]) => ({ id, name, facts: facts.get(id) })));
}

/** Those whose name another has, too. */
function doublesOf(chats: Named): Named {
  const details = toldApart([...chats].map(([id, { name }]) => ({ id, name })));
  return new Map([...chats].filter(([id]) => details.has(id)));
}

/** Of the last look at the list: names seldom change, and rows change with every message. */
let seen: { names: ReadonlyMap<string, string>; doubles: Named } | null = null;

function currentDoubles({ conversations }: Pick<SessionState, 'conversations'>): Named {
  const known = seen;
  let same = known !== null && known.names.size === conversations.size;
  if (known !== null && same)
    for (const [key, { name }] of conversations)
      if (known.names.get(key) !== name) {
        same = false;
        break;
      }
  if (known !== null && same) return known.doubles;
  const names = new Map([...conversations].map(([key, { name }]) => [key, name]));
  const found = doublesOf(conversations);
  // Nobody draws anew for the same doubles.
  const doubles = known !== null && sameKeys(known.doubles, found) ? known.doubles : found;
  seen = { names, doubles };
  return doubles;
}

const sameKeys = (one: Named, other: Named): boolean =>
  one.size === other.size && [...one].every(([key, { name }]) => other.get(key)?.name === name);

const nothing = async (): Promise<null> => null;
const loadContacts = () => call('contacts.list', undefined);
const loadGroups = () => call('groups.list', undefined);

/**
 * Of the chats of the list, by key. Friends and groups are asked for only where two chats have one name; until they are
 * known the ends of the ids stand there.
 */
export function useChatDetails(): ReadonlyMap<string, string> {
  const t = useT();
  const doubles = useSession(currentDoubles);
  const version = useSession((state) => state.contactsVersion);
  const any = (type: number): boolean =>
    [...doubles.values()].some(({ channel }) => channel.channelType === type);
  const keys = [...doubles.keys()].join(' ');
  const people = useLoaded(any(ChannelType.person) ? loadContacts : nothing, `${version} ${keys}`);
  const groups = useLoaded(any(ChannelType.group) ? loadGroups : nothing, keys);
  return doubles.size === 0 ? NONE : chatDetails(t, doubles, people.value ?? [], groups.value ?? []);
}
