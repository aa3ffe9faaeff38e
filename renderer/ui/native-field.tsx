/**
 * Text fields whose undo is the browser's own. React writes the value of a controlled field back into it after each
 * key; that cuts the history of the field into single letters, and a value written from outside leaves steps in it that
 * belong to other words: undoing them brings those back. So nothing is ever written into a field that has a history.
 *
 * What a person writes comes out of the field; what the app puts in goes through `typeInto`, as a step of the history;
 * any other text comes with a fresh field, which has none. The browser drops the steps of a field that leaves the page.
 */
import {
  type ChangeEvent,
  type ComponentProps,
  type Ref,
  type RefObject,
  useCallback,
  useInsertionEffect,
  useRef,
  useState,
} from 'react';

interface Own {
  value: string;
  /** Another one comes with a fresh field, although the text stays: nothing of before can be brought back. */
  past?: string | number;
}

type InputProps = Omit<ComponentProps<'input'>, 'value' | 'defaultValue'> & Own;
type TextareaProps = Omit<ComponentProps<'textarea'>, 'value' | 'defaultValue'> & Own;

export function NativeInput({ value, past, onChange, ref, ...rest }: InputProps) {
  const { key, attach, changed } = useNativeField<HTMLInputElement>(value, past, ref);
  return (
    <input
      key={key}
      {...rest}
      ref={attach}
      onChange={(event: ChangeEvent<HTMLInputElement>) => {
        changed(event.target.value);
        onChange?.(event);
      }}
    />
  );
}

export function NativeTextarea({ value, past, onChange, ref, ...rest }: TextareaProps) {
  const { key, attach, changed } = useNativeField<HTMLTextAreaElement>(value, past, ref);
  return (
    <textarea
      key={key}
      {...rest}
      ref={attach}
      onChange={(event: ChangeEvent<HTMLTextAreaElement>) => {
        changed(event.target.value);
        onChange?.(event);
      }}
    />
  );
}

type Field = HTMLInputElement | HTMLTextAreaElement;

function useNativeField<E extends Field>(
  value: string,
  past: string | number | undefined,
  outer: Ref<E> | undefined,
): { key: number; attach: (element: E | null) => (() => void) | undefined; changed: (text: string) => void } {
  /** What stands in the field, as far as it was told. */
  const [field, setField] = useState({ text: value, past, generation: 0 });
  const { generation } = field;
  if (field.text !== value || field.past !== past)
    setField({ text: value, past, generation: generation + 1 });
  const first = useRef(value);
  /** Of the field before this one, if it had the focus: where in which text. */
  const left = useRef<{ text: string; start: number | null; end: number | null } | null>(null);
  const outerRef = useRef(outer);
  // Before the field is handed over, which layout effects would not be.
  useInsertionEffect(() => {
    first.current = value;
    outerRef.current = outer;
  });
  const attach = useCallback((element: E | null) => {
    if (element === null) return undefined;
    element.value = first.current;
    const letGo = hand(outerRef.current, element);
    const was = left.current;
    left.current = null;
    if (was !== null) {
      element.focus({ preventScroll: true });
      const end = element.value.length;
      const kept = was.text === element.value;
      select(element, kept ? (was.start ?? end) : end, kept ? (was.end ?? end) : end);
    }
    return () => {
      // Still on the page here, so that it is known whether it has the focus.
      if (document.activeElement === element)
        left.current = { text: element.value, start: element.selectionStart, end: element.selectionEnd };
      letGo();
    };
  }, []);
  const changed = (text: string): void => setField((now) => ({ ...now, text }));
  return { key: generation, attach, changed };
}

function hand<E>(outer: Ref<E> | undefined, element: E): () => void {
  if (typeof outer === 'function') {
    const cleanup = outer(element);
    return () => (typeof cleanup === 'function' ? cleanup() : outer(null));
  }
  if (outer) {
    outer.current = element;
    return () => {
      if (outer.current === element) outer.current = null;
    };
  }
  return () => undefined;
}

/** Some types of input have no selection. */
function select(element: Field, start: number, end: number): void {
  if (element.selectionStart !== null) element.setSelectionRange(start, end);
}

/**
 * Makes the text of a field `text`, as if somebody had typed what is different: one step of its history, told by an
 * input event. The caret stands at `caret` afterwards. false: the field takes no words now.
 */
export function typeInto(field: RefObject<Field | null>, text: string, caret: number): boolean {
  const element = field.current;
  if (!element || element.readOnly || element.disabled) return false;
  element.focus();
  const before = element.value;
  const [start, end, piece] = difference(before, text);
  if (before !== text) {
    element.setSelectionRange(start, end);
    // eslint-disable-next-line typescript/no-deprecated -- nothing else keeps the browser's history
    const done =
      piece === '' ? document.execCommand('delete') : document.execCommand('insertText', false, piece);
    if (!done || element.value !== text) return false;
  }
  element.setSelectionRange(caret, caret);
  return true;
}

/** What of `before` is replaced by what, so that it is `after`: from, to, words. */
export function difference(before: string, after: string): [number, number, string] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  // Not between the halves of a character.
  if (head > 0 && isHigh(before.charCodeAt(head - 1))) head -= 1;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail -= 1;
  return [head, before.length - tail, after.slice(head, after.length - tail)];
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
