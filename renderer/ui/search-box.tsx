import { Search } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { NativeInput } from './native-field.tsx';
import css from './search-box.module.css';

interface SearchBoxProps extends Omit<ComponentProps<typeof NativeInput>, 'className'> {
  label: string;
  /** What it lies on. */
  tone: 'rail' | 'sunken';
  trailing?: ReactNode;
  /** Of the box. */
  className?: string | undefined;
}

/** A quiet field in a bar; its frame shows with the focus. */
export function SearchBox({ label, tone, trailing, className, ...input }: SearchBoxProps) {
  return (
    <label className={cx(css['box'], css[tone], className)}>
      <Icon of={Search} size={16} />
      <NativeInput
        autoComplete="off"
        dir="auto"
        {...input}
        aria-label={label}
        placeholder={label}
        className="bare-input"
      />
      {trailing}
    </label>
  );
}
