/** What stands beside a name that several share where one of them is picked. Pure. */

export interface SharedName {
  /** Of a person or group. */
  id: string;
  name: string;
  /** What else is known, the most telling first: another name, a number. '' = not known. */
  facts?: readonly string[] | undefined;
}

/** Enough of an id to tell two of it. */
const ID_END = 4;

const folded = (name: string): string => name.normalize('NFKC').trim().toLocaleLowerCase();

/**
 * By id, for those whose name others have too: the first of their facts that none of these has, else the end of their
 * id. Names that stand alone need nothing beside them.
 */
export function toldApart(entries: readonly SharedName[]): ReadonlyMap<string, string> {
  const byName = new Map<string, Map<string, SharedName>>();
  for (const entry of entries) {
    const name = folded(entry.name);
    const same = byName.get(name) ?? new Map<string, SharedName>();
    byName.set(name, same.set(entry.id, entry));
  }
  const details = new Map<string, string>();
  for (const same of byName.values()) {
    if (same.size < 2) continue;
    const counts = new Map<string, number>();
    for (const { facts = [] } of same.values())
      for (const fact of new Set(facts)) counts.set(fact, (counts.get(fact) ?? 0) + 1);
    for (const { id, facts = [] } of same.values())
      details.set(id, facts.find((fact) => fact !== '' && counts.get(fact) === 1) ?? `#${id.slice(-ID_END)}`);
  }
  return details;
}
