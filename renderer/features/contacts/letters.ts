import { pinyin } from 'pinyin-pro';
import type { ContactView } from '../../../shared/domain.ts';
import { foldText } from '../../../shared/matching/match.ts';

export interface LetterGroup {
  /** A-Z, or # for everything else. */
  letter: string;
  contacts: ContactView[];
}

const shownName = (contact: ContactView): string => contact.remark || contact.name;

/** Latin form to sort by: the remark's pinyin if there is a remark, else what the core gave. */
function latinOf(contact: ContactView): string {
  if (!contact.remark && contact.sortKey) return contact.sortKey;
  return pinyin(foldText(shownName(contact)), { toneType: 'none', type: 'array' }).join('');
}

/** Friends under the first letter of their pinyin, A-Z, then #. */
export function byLetter(contacts: readonly ContactView[]): LetterGroup[] {
  const keyed = contacts.map((contact) => ({ contact, latin: latinOf(contact) }));
  keyed.sort((a, b) =>
    a.latin < b.latin ? -1 : a.latin > b.latin ? 1 : a.contact.uid < b.contact.uid ? -1 : 1,
  );
  const groups = new Map<string, ContactView[]>();
  for (const { contact, latin } of keyed) {
    const first = latin.charAt(0).toUpperCase();
    const letter = first >= 'A' && first <= 'Z' ? first : '#';
    const group = groups.get(letter);
    if (group) group.push(contact);
    else groups.set(letter, [contact]);
  }
  return [...groups]
    .map(([letter, list]) => ({ letter, contacts: list }))
    .sort((a, b) => Number(a.letter === '#') - Number(b.letter === '#') || (a.letter < b.letter ? -1 : 1));
}
