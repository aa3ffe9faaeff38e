/** Names that mentions are written with, and where one stands in a text. Pure. */

/** A name that a mention of a person may be written with. */
export interface MentionName {
  uid: string;
  name: string;
}

/** What clients write when everyone is mentioned. */
export const EVERYONE_NAMES = ['所有人', '全体成员', 'everyone', 'all', 'All'];

/** Names as a tree of their UTF-16 units: one walk finds the longest, however many there are. */
interface NameTree {
  next: Map<number, NameTree>;
  /** Of the name that ends here: everyone who has it, in the order they were given. */
  uids: string[] | null;
}

export function nameTree(names: Iterable<MentionName>): NameTree {
  const root: NameTree = { next: new Map(), uids: null };
  for (const { uid, name } of names) {
    if (name === '') continue;
    let node = root;
    for (let at = 0; at < name.length; at += 1) {
      const unit = name.charCodeAt(at);
      let next = node.next.get(unit);
      if (!next) node.next.set(unit, (next = { next: new Map(), uids: null }));
      node = next;
    }
    (node.uids ??= []).push(uid);
  }
  return root;
}

interface FoundName {
  end: number;
  /** The same array for each place of a name. */
  uids: readonly string[];
}

/** The longest name that stands at `from`; `mayEnd`: whether one can end at a place. */
export function nameAt(
  text: string,
  from: number,
  root: NameTree,
  mayEnd: (text: string, at: number) => boolean = () => true,
): FoundName | null {
  let found: FoundName | null = null;
  let node = root.next.get(text.charCodeAt(from));
  for (let at = from + 1; node; at += 1) {
    if (node.uids && mayEnd(text, at)) found = { end: at, uids: node.uids };
    node = node.next.get(text.charCodeAt(at));
  }
  return found;
}
