import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';
import css from './dialog.module.css';

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex]:not([tabindex="-1"])';

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  children?: ReactNode;
  /** Buttons, right-aligned. Mark the safe one with `data-autofocus`: it gets the focus first. */
  footer?: ReactNode;
  /** Shows × in the head. */
  closeButton?: boolean;
  role?: 'dialog' | 'alertdialog';
  className?: string | undefined;
}

/** Modal dialog: focus trap, Esc = cancel, focus returns to where it was. */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  closeButton = false,
  role = 'dialog',
  className,
}: DialogProps) {
  const t = useT();
  const titleId = useId();
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const before = document.activeElement;
    const root = box.current;
    const first =
      root?.querySelector<HTMLElement>('[data-autofocus]') ?? root?.querySelector<HTMLElement>(FOCUSABLE);
    (first ?? root)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  // A control that vanishes (a row that was removed) must not drop the focus behind the scrim.
  useEffect(() => {
    const root = box.current;
    if (root && document.activeElement === document.body) root.focus();
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys belong to the top layer: nothing below may act on them.
    event.stopPropagation();
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onClose();
    } else if (event.key === 'Tab') trapTab(event, box.current);
  };

  return createPortal(
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- a click beside the dialog cancels; Esc does the same
    <div
      className={css['scrim']}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) {
          event.preventDefault();
          onClose();
        }
      }}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the role comes as a property */}
      <div
        ref={box}
        role={role}
        aria-modal="true"
        aria-labelledby={titleId}
        tabIndex={-1}
        className={cx(css['dialog'], className)}
        onKeyDown={onKeyDown}
      >
        <div className={css['head']}>
          <h2 id={titleId} className={css['title']}>
            {title}
          </h2>
          {closeButton && <IconButton icon={X} label={t('action.close')} onClick={onClose} />}
        </div>
        {children !== undefined && <div className={css['body']}>{children}</div>}
        {footer !== undefined && <div className={css['foot']}>{footer}</div>}
      </div>
    </div>,
    document.body,
  );
}

function trapTab(event: KeyboardEvent, root: HTMLElement | null): void {
  const stops = [...(root?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter(
    (element) => element.tabIndex >= 0,
  );
  const first = stops[0];
  const last = stops.at(-1);
  if (!first || !last) {
    event.preventDefault();
    return;
  }
  const at = document.activeElement;
  if (event.shiftKey && (at === first || at === root)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && at === last) {
    event.preventDefault();
    first.focus();
  }
}
