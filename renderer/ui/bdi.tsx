import { type Text, textParts, useLanguage } from '../i18n/i18n.ts';

/** A translated text whose values are isolated with <bdi>, so that a name in another direction cannot reorder it. */
export function IsolatedText({
  of: text,
  strong = [],
}: {
  of: Text;
  /** Placeholders drawn 600. */
  strong?: readonly string[];
}) {
  useLanguage();
  return (
    <>
      {textParts(text).map((part, index) => {
        // The parts of one text never move: their position is their identity.
        if (part.param === null) return <span key={index}>{part.text}</span>;
        const name = <bdi key={index}>{part.text}</bdi>;
        return strong.includes(part.param) ? <b key={index}>{name}</b> : name;
      })}
    </>
  );
}
