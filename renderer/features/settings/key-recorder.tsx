import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { shownKeys } from '../../../shared/commands.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { combinationOf } from '../../state/window/shortcuts.ts';
import { cx } from '../../ui/cx.ts';
import { Kbd } from '../../ui/kbd.tsx';
import css from './key-recorder.module.css';

interface KeyRecorderProps {
  /** What it is for. */
  label: string;
  /** As commands have it; '' = none. */
  keys: string;
  disabled?: boolean;
  /** Takes a combination, or says why it cannot be. */
  onRecorded: (keys: string) => string | null;
  onCleared: () => void;
  /** Below, while nothing is recorded. */
  note?: ReactNode;
}

const NAKED = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'Fn', 'OS']);

/** A button that shows a combination of keys and, once pressed, takes the next one. Esc leaves, Backspace empties. */
export function KeyRecorder({
  label,
  keys,
  disabled = false,
  onRecorded,
  onCleared,
  note,
}: KeyRecorderProps) {
  const t = useT();
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  const [recording, setRecording] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const stop = (): void => {
    setRecording(false);
    setRefusal(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (!recording) return;
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) return stop();
    event.preventDefault();
    // Nothing of the window runs by what is only shown to it.
    event.stopPropagation();
    if (NAKED.has(event.key)) return;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (plain && event.key === 'Escape') return stop();
    if (plain && event.key === 'Backspace') {
      stop();
      return onCleared();
    }
    const combination = combinationOf(event, mac);
    const why = combination === null ? t('keys.unknown') : onRecorded(combination);
    if (why === null) stop();
    else setRefusal(why);
  };
  const shown = shownKeys(keys, mac);
  return (
    <div className={css['recorder']}>
      <button
        type="button"
        className={cx(css['button'], recording && css['recording'])}
        aria-label={
          recording
            ? t('keys.press', { name: label })
            : t('keys.change', { name: label, keys: shown || t('keys.none') })
        }
        aria-pressed={recording}
        disabled={disabled}
        onClick={() => {
          // Enter and Space press the button; while it listens they are keys like any other.
          if (!recording) setRecording(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={stop}
      >
        {recording ? t('keys.listening') : shown === '' ? t('keys.none') : <Kbd>{shown}</Kbd>}
      </button>
      <div className={css['note']} role="status">
        {refusal === null ? (
          recording ? (
            t('keys.how')
          ) : (
            note
          )
        ) : (
          <span className={css['refusal']}>{refusal}</span>
        )}
      </div>
    </div>
  );
}
