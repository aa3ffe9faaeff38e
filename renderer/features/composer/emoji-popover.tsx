import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { useLatest } from '../../ui/use-latest.ts';
import css from './emoji-popover.module.css';

const COLUMNS = 8;
const EMOJI =
  '😀 😂 🤣 😊 🥰 😍 😘 😜 🤔 😅 😭 😢 😡 😱 😴 🙄 😎 🤩 🥳 😇 🤗 🤭 🤫 😬 😳 🥺 😤 😷 🤒 🤝 👍 👎 👌 ✌️ 🙏 👏 💪 👀 👋 🤞 🎉 🎂 🎁 🌹 🔥 ⭐ ✅ ❌'.split(
    ' ',
  );

let drawable: readonly string[] | null = null;

/** The ones this computer has a glyph for: the others would be empty boxes. */
function drawableEmoji(): readonly string[] {
  if (drawable) return drawable;
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return EMOJI;
  context.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  // A code point that no font has is drawn as the box for a missing glyph.
  const box = context.measureText('\u{1fffd}').width;
  drawable = EMOJI.filter((emoji) => context.measureText(emoji).width !== box);
  return drawable;
}

/** A small palette: arrows move, Enter inserts, Esc closes. */
export function EmojiPopover({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const t = useT();
  const root = useRef<HTMLDivElement>(null);
  const closeRef = useLatest(onClose);
  useEffect(() => {
    root.current?.querySelector('button')?.focus();
    const outside = (event: Event): void => {
      if (!(event.target instanceof Node) || !root.current?.contains(event.target)) closeRef.current();
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [closeRef]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(root.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const moveTo = (index: number): void => buttons[index]?.focus();
    if (!takeRovingKey(event, { count: buttons.length, at, columns: COLUMNS, moveTo })) {
      if (event.key !== 'Escape' && event.key !== 'Tab') return;
      event.preventDefault();
      onClose();
    }
    event.stopPropagation();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows between the buttons inside
    <div
      ref={root}
      className={css['emoji']}
      role="toolbar"
      tabIndex={-1}
      aria-label={t('composer.emoji')}
      onKeyDown={onKeyDown}
    >
      {drawableEmoji().map((emoji) => (
        <button key={emoji} type="button" tabIndex={-1} onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}
