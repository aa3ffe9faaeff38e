/** Which words of a payload a recall erases. */

/** Parts of a payload that are other people's words or no words at all. */
const NOT_CONTENT = new Set(['reply', 'mention', 'entities', 'from_uid', 'from_name', 'uid', 'type']);

/** Every text in a payload that recall erases. */
export function textsOf(payload: string): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) if (!NOT_CONTENT.has(name)) collect(inner);
    }
  };
  try {
    collect(JSON.parse(payload));
  } catch {
    texts.push(payload);
  }
  return texts;
}
