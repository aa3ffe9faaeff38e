import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { setText, type Writing } from '../../state/composer/composer-store.ts';
import type { PickedMention } from '../../state/composer/mention-tokens.ts';
import { useUi } from '../../state/window/ui-store.ts';

export interface TextField {
  /** Index in the text. */
  caret: number;
  /** The caret was moved by the user. */
  setCaret: (at: number) => void;
  /** Replaces the text and puts the caret there. `picked`: the mentions, if they change. */
  write: (text: string, caret: number, picked?: readonly PickedMention[]) => void;
  /** Puts a piece in the place of what is selected, and takes the focus. */
  insert: (piece: string) => void;
  focus: () => void;
}

/** The focus request that was served last, over all composers: opening a chat asks once. */
let servedFocus = 0;

/** The text field of the composer: as high as its text, with the caret where the last change wants it. */
export function useTextField(
  channel: ChannelRef,
  { text, revision }: Writing,
  ref: RefObject<HTMLTextAreaElement | null>,
): TextField {
  const [caret, setCaret] = useState(0);
  const nextCaret = useRef<number | null>(null);
  const focusRequest = useUi((state) => state.composerFocus);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [ref, text]);
  useEffect(() => {
    // The count starts anew with every account.
    const due = focusRequest > 0 && focusRequest !== servedFocus;
    servedFocus = focusRequest;
    if (due) ref.current?.focus();
  }, [ref, focusRequest]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const at = nextCaret.current ?? element.value.length;
    nextCaret.current = null;
    element.setSelectionRange(at, at);
    setCaret(at);
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [ref, revision]);
  useLayoutEffect(() => {
    if (nextCaret.current === null) return;
    ref.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    setCaret(nextCaret.current);
    nextCaret.current = null;
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [ref, text]);

  const write = (next: string, at: number, picked?: readonly PickedMention[]): void => {
    nextCaret.current = at;
    setText(channel, next, picked);
  };
  const focus = (): void => ref.current?.focus();
  const insert = (piece: string): void => {
    const start = ref.current?.selectionStart ?? text.length;
    const end = ref.current?.selectionEnd ?? start;
    write(text.slice(0, start) + piece + text.slice(end), start + piece.length);
    focus();
  };
  return { caret, setCaret, write, insert, focus };
}
