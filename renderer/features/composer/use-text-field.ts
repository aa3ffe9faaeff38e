import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { setText, type Writing } from '../../state/composer/composer-store.ts';
import type { PickedMention } from '../../state/composer/mention-tokens.ts';
import { typeInto } from '../../ui/native-field.tsx';
import { useSameHandler } from '../../ui/use-latest.ts';
import { mayFocusComposer, useUi } from '../../state/window/ui-store.ts';

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

/**
 * The text field of the composer, with the caret where the last change wants it. Its height is its text's by its style:
 * to measure it would lay out the window twice more for each letter. Its functions stay the same over all drawings.
 */
export function useTextField(
  channel: ChannelRef,
  { text, revision }: Writing,
  ref: RefObject<HTMLTextAreaElement | null>,
): TextField {
  const [caret, setCaret] = useState(0);
  const focusRequest = useUi((state) => state.composerFocus);
  useEffect(() => {
    // The count starts anew with every account.
    const due = focusRequest > 0 && focusRequest !== servedFocus;
    servedFocus = focusRequest;
    if (due && mayFocusComposer()) ref.current?.focus();
  }, [ref, focusRequest]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const at = element.value.length;
    element.setSelectionRange(at, at);
    setCaret(at);
    // eslint-disable-next-line react/exhaustive-effect-dependencies -- runs when that changed, though it reads the element only
  }, [ref, revision]);

  const write = useSameHandler((next: string, at: number, picked?: readonly PickedMention[]): void => {
    // The field tells its new text while this runs; whom it mentions is known here only.
    if (!typeInto(ref, next, at) || picked !== undefined) setText(channel, next, picked);
    setCaret(at);
  });
  const focus = useSameHandler((): void => ref.current?.focus());
  const insert = useSameHandler((piece: string): void => {
    const {
      value = text,
      selectionStart: start = text.length,
      selectionEnd: end = start,
    } = ref.current ?? {};
    write(value.slice(0, start) + piece + value.slice(end), start + piece.length);
    focus();
  });
  return { caret, setCaret, write, insert, focus };
}
