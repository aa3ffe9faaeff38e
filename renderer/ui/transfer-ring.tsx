import { X } from 'lucide-react';
import { Icon } from './icon.tsx';
import { ProgressRing } from './progress-ring.tsx';
import { Spinner } from './spinner.tsx';
import css from './transfer-ring.module.css';

/** Ring of 40 px over an image on its way, with × in its middle to end it. */
export function TransferRing({
  share,
  label,
  cancel,
  tabIndex,
  onCancel,
}: {
  /** 0 to 1; null = not known: the ring turns. */
  share: number | null;
  /** What is going on, for readers. */
  label: string;
  /** Name of the button. */
  cancel: string;
  tabIndex: 0 | -1;
  onCancel: () => void;
}) {
  return (
    <span className={css['ring']} data-testid="transfer-ring">
      <span
        className="visually-hidden"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      />
      {share === null ? (
        <Spinner size={40} className={css['ringTurning']} />
      ) : (
        <ProgressRing
          size={40}
          radius={17}
          share={share}
          trackClass={css['ringTrack']}
          partClass={css['ringDone']}
        />
      )}
      <button
        type="button"
        className={css['ringCancel']}
        tabIndex={tabIndex}
        aria-label={cancel}
        title={cancel}
        onClick={onCancel}
      >
        <Icon of={X} size={18} />
      </button>
    </span>
  );
}
