import { useState } from 'react';
import { fenced, looksLikeCode } from './code-offer.ts';
import type { TextField } from './use-text-field.ts';

interface CodeOffer {
  open: boolean;
  /** Tells what was pasted as text. */
  pasted: (words: string) => void;
  asBlock: () => void;
  close: () => void;
}

/** The offer to send what was pasted as code; gone when the words are no more as they were pasted. */
export function useCodeOffer(text: string, field: TextField): CodeOffer {
  const [offered, setOffered] = useState<string | null>(null);
  const open = offered !== null && text.includes(offered);
  return {
    open,
    pasted: (words) => {
      // As the field takes it.
      const plain = words.replaceAll(/\r\n?/g, '\n');
      setOffered(looksLikeCode(plain) ? plain : null);
    },
    asBlock: () => {
      const next = offered === null ? null : fenced(text, offered);
      setOffered(null);
      if (next) field.write(next.text, next.caret);
    },
    close: () => {
      setOffered(null);
      field.focus();
    },
  };
}
