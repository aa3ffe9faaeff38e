import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx.ts';
import { useOverToasts } from './toast.tsx';
import css from './modal-layer.module.css';

interface ModalLayerProps {
  /** In the middle, fading in; or near the top, at once. */
  place: 'middle' | 'top';
  /** A click beside what it holds. Esc, which does the same, is the content's. */
  onClose: () => void;
  children: ReactNode;
}

/** Lies over the whole window and dims it. */
export function ModalLayer({ place, onClose, children }: ModalLayerProps) {
  useOverToasts();
  return createPortal(
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- Esc does the same
    <div
      className={cx(css['scrim'], place === 'top' ? css['top'] : css['fading'])}
      onPointerDown={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </div>,
    document.body,
  );
}
