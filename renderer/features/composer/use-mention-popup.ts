import { type KeyboardEvent, useState } from 'react';
import { ChannelType, type ChannelRef } from '../../../shared/domain.ts';
import type { Writing } from '../../state/composer/composer-store.ts';
import { insertMention, mentionQueryAt, picksAfter, withPick } from '../../state/composer/mention-tokens.ts';
import type { Candidate } from './mention-candidates.ts';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { useMentionCandidates } from './use-mention-candidates.ts';
import type { TextField } from './use-text-field.ts';

export interface MentionPopupState {
  candidates: readonly Candidate[];
  open: boolean;
  /** Index of the option that Enter picks. */
  chosen: number;
  choose: (index: number) => void;
  pick: (candidate: Candidate) => void;
  /** Tells the new text: Esc closes the popup for one @ only. */
  textChanged: (text: string) => void;
  /** Whether the popup took the key. */
  takeKey: (event: KeyboardEvent) => boolean;
}

/** Whom the popup offers for the @ before the caret, and picking one of them. */
export function useMentionPopup(
  channel: ChannelRef,
  { text, picked }: Writing,
  field: TextField,
): MentionPopupState {
  /** Index of the @ for which it was closed. */
  const [closedAt, setClosedAt] = useState<number | null>(null);
  /** Chosen option, valid for the query it was chosen for. */
  const [choice, setChoice] = useState({ query: '', index: 0 });
  const typed = channel.channelType === ChannelType.group ? mentionQueryAt(text, field.caret) : null;
  const query = typed && closedAt !== typed.start ? typed.query : null;
  const candidates = useMentionCandidates(channel, query);
  const open = candidates.length > 0;
  const chosen = choice.query === typed?.query ? Math.min(choice.index, candidates.length - 1) : 0;
  const choose = (index: number): void => setChoice({ query: typed?.query ?? '', index });

  const pick = (candidate: Candidate): void => {
    if (!typed) return;
    const next = insertMention(text, field.caret, typed.start, candidate.name);
    const after = picksAfter(text, next.text, picked);
    field.write(next.text, next.caret, withPick(next.text, after, candidate, typed.start));
    field.focus();
  };
  const takeKey = (event: KeyboardEvent): boolean => {
    if (!open) return false;
    if (takeRovingKey(event, { count: candidates.length, at: chosen, wrap: true, moveTo: choose }))
      return true;
    switch (event.key) {
      case 'Enter':
      case 'Tab': {
        const candidate = candidates[chosen];
        if (event.shiftKey || !candidate) return false;
        pick(candidate);
        return true;
      }
      case 'Escape':
        setClosedAt(typed?.start ?? null);
        event.stopPropagation();
        return true;
      default:
        return false;
    }
  };
  const textChanged = (next: string): void => {
    if (closedAt !== null && next[closedAt] !== '@') setClosedAt(null);
  };
  return { candidates, open, chosen, choose, pick, textChanged, takeKey };
}
