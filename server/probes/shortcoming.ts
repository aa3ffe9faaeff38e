/** What a probe throws: the server does something else than it should, or the probe cannot be made here. */

/** The server falls short. The message is the reason, for a person: what was expected, and what came. */
export class Shortcoming extends Error {}

/** The probe cannot be made here. The message says what is missing. */
export class NotTried extends Error {}

/** @throws Shortcoming unless `holds` */
export function need(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new Shortcoming(reason);
}

const LONGEST_QUOTE = 160;

/** What a server said, short enough for one line. */
export function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST_QUOTE ? line : `${line.slice(0, LONGEST_QUOTE)}…`;
}
