import type { ComponentProps, CSSProperties } from 'react';
import { cx } from './cx.ts';
import css from './slider.module.css';

/** A range between `min` and `max`, filled up to `value`, in the colours of the theme. */
export function Slider({
  min,
  max,
  value,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'style'> & { min: number; max: number; value: number }) {
  const done = max > min ? (100 * (value - min)) / (max - min) : 0;
  return (
    <input
      {...rest}
      type="range"
      min={min}
      max={max}
      value={value}
      className={cx(css['slider'], className)}
      style={{ '--done': `${done}%` } as CSSProperties}
    />
  );
}
