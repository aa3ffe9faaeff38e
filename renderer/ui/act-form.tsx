import type { ReactNode } from 'react';

/** Fields of a dialog with one action: Enter in any of them does what the button does (`act` of `ActionDialog`). */
export function ActForm({
  act,
  className,
  children,
}: {
  act: () => void;
  className?: string | undefined;
  children: ReactNode;
}) {
  return (
    <form
      noValidate
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        act();
      }}
    >
      {children}
      {/* Several fields submit by Enter only where there is a button for it, and that of the dialog stands outside. */}
      <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
    </form>
  );
}
