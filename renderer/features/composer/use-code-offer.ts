import { useState } from 'react';
import { closedFence, fenced, looksLikeCode } from './code-offer.ts';
import type { TextField } from './use-text-field.ts';

interface CodeOffer {
  open: boolean;
  /** Tells what was pasted as text. */
  pasted: (words: string) => void;
  asBlock: () => void;
  close: () => void;
}

/**
 * The offer to send as code what was pasted, gone when those words are no more as they were pasted; and what stands
 * behind a fence that was typed and not closed, gone with the fence.
 */
export function useCodeOffer(text: string, field: TextField): CodeOffer {
  const [offered, setOffered] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const typed = closedFence(text);
  // Another fence is another question.
  if (refused && typed === null) setRefused(false);
  const pastedThere = offered !== null && text.includes(offered);
  return {
    open: typed === null ? pastedThere : !refused,
    pasted: (words) => {
      // As the field takes it.
      const plain = words.replaceAll(/\r\n?/g, '\n');
      setOffered(looksLikeCode(plain) ? plain : null);
    },
    asBlock: () => {
      const next = typed ?? (offered === null ? null : fenced(text, offered));
      setOffered(null);
      if (next) field.write(next.text, next.caret);
      field.focus();
    },
    close: () => {
      setOffered(null);
      setRefused(typed !== null);
      field.focus();
    },
  };
}
