/** The fields of the form by name, and where the focus goes. */
import { type RefObject, useEffect, useState } from 'react';
import { type FieldErrors, LOGIN_FIELDS, type LoginField, type LoginMode } from './form-errors.ts';

export const fieldOf = (
  form: RefObject<HTMLFormElement | null>,
  field: LoginField,
): HTMLInputElement | null => form.current?.querySelector<HTMLInputElement>(`input[name="${field}"]`) ?? null;

/** Puts the focus where words are missing at the start, and after a refusal into the first field it concerns. */
export function useFormFocus(
  form: RefObject<HTMLFormElement | null>,
  mode: LoginMode,
  { server, username }: { server: string; username: string },
): (errors: FieldErrors) => void {
  /** The last refusal; a new object moves the focus. */
  const [refusal, setRefusal] = useState<{ errors: FieldErrors }>({ errors: {} });
  useEffect(() => {
    const missing: LoginField =
      mode === 'register' ? 'name' : username && mode === 'login' ? 'password' : 'username';
    const wanted = server.trim() === '' ? 'server' : missing;
    // A question of a link may lie over the form already.
    if (!document.activeElement?.closest('[aria-modal]')) fieldOf(form, wanted)?.focus();
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- once
  }, []);
  // Fields are locked while a request runs: the focus can move only after they are drawn unlocked again.
  useEffect(() => {
    const first = LOGIN_FIELDS.find((field) => refusal.errors[field] !== undefined);
    if (first) fieldOf(form, first)?.focus();
  }, [form, refusal]);
  return (errors) => setRefusal({ errors });
}
