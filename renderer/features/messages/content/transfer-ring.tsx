import { X } from 'lucide-react';
import { Icon } from '../../../ui/icon.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import css from './media.module.css';

const RADIUS = 17;
const LENGTH = 2 * Math.PI * RADIUS;

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
        <svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">
          <circle className={css['ringTrack']} cx="20" cy="20" r={RADIUS} />
          <circle
            className={css['ringDone']}
            cx="20"
            cy="20"
            r={RADIUS}
            strokeDasharray={`${share * LENGTH} ${LENGTH}`}
          />
        </svg>
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
