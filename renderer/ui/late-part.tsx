/**
 * Parts of the page whose code is loaded when they are first shown, or before, when there is time: the list of chats
 * does not wait for them. Not `React.lazy`: it shows its fallback for a moment also for what is loaded already.
 */
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { t } from '../i18n/i18n.ts';
import { LayerOpening } from './opening.tsx';
import { showToast } from './toast.tsx';

export interface LatePart<P> {
  (props: P): ReactNode;
  /** Loads the code, once. Rejects when it cannot be read; then the next call tries again. */
  preload: () => Promise<void>;
}

/** A dialog, a popover or a viewer: keys are its own from the moment it is asked for. `close`: what Esc does to it. */
export const lateLayer = <P extends object>(
  load: () => Promise<ComponentType<P>>,
  close: () => void,
): LatePart<P> => latePart(load, <LayerOpening onClose={close} />, close);

/**
 * `load` gives the component; until it is there nothing stands in its place, or `meanwhile`. `failed`: it could not be
 * read, which is said.
 */
export function latePart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: ReactNode = null,
  failed?: () => void,
): LatePart<P> {
  let part: ComponentType<P> | null = null;
  let loading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    try {
      part = await load();
    } finally {
      // Another try, if that came to nothing.
      loading = null;
    }
  };
  const preload = async (): Promise<void> => {
    if (part === null) await (loading ??= read());
  };
  function Late(props: P): ReactNode {
    const [, setLoaded] = useState(part !== null);
    const missing = part === null;
    useEffect(() => {
      if (!missing) return undefined;
      let current = true;
      preload().then(
        () => current && setLoaded(true),
        // On a system that replaces an app while it runs, what was not read yet is gone.
        () => {
          showToast({ tone: 'error', text: t('error.part') });
          if (current) failed?.();
        },
      );
      return () => {
        current = false;
      };
    }, [missing]);
    const Part = part;
    return Part === null ? meanwhile : <Part {...props} />;
  }
  return Object.assign(Late, { preload });
}
