import { type KeyboardEvent, useState } from 'react';

interface WrittenOptions {
  /** What is handed on: `2026-11-29`; what cannot be read as it is written; '' = nothing. */
  value: string;
  /** null = it is none. */
  read: (text: string) => string | null;
  /** How a value stands in the field that nobody writes in. */
  show: (value: string) => string;
  /** One more or less of it, for the arrows; null = not from here. */
  step: (value: string, by: number, field: HTMLInputElement) => string | null;
  onChange: (value: string) => void;
}

/** A field for a day or a time that is written as words. While one writes, nothing is put right in it. */
export function useWritten({ value, read, show, step, onChange }: WrittenOptions) {
  const [written, setWritten] = useState<string | null>(null);
  // Another value from elsewhere: a calendar, a dialog that begins anew.
  const isOwn = written !== null && (read(written) ?? written.trim()) === value;
  const text = isOwn ? written : show(value);
  return {
    text,
    isWrong: value !== '' && read(value) === null,
    /** It is still being written. */
    isOpen: isOwn,
    props: {
      value: text,
      onChange: ({ target }: { target: { value: string } }) => {
        setWritten(target.value);
        onChange(read(target.value) ?? target.value.trim());
      },
      onBlur: () => setWritten(null),
      onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
        const by = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
        if (by === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        const next = step(value, by, event.currentTarget);
        if (next === null) return;
        event.preventDefault();
        setWritten(null);
        onChange(next);
      },
    },
  };
}
