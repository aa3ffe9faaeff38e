import css from './moving-image.module.css';

interface AskToMoveProps {
  label: string;
  tabIndex: 0 | -1 | undefined;
  onClick: () => void;
}

/** Lies over what stands still under reduced motion, and moves it. */
export function AskToMove({ label, tabIndex, onClick }: AskToMoveProps) {
  return (
    <button type="button" className={css['ask']} aria-label={label} tabIndex={tabIndex} onClick={onClick} />
  );
}
