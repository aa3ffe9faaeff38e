import { useEffect, useState } from 'react';

/**
 * What `load` answers (one function for all drawings, another one for another question); null until it is there. Asked
 * again whenever `version` changes: an answer that was overtaken is ignored, and after a failure (`load` has logged it)
 * the last one stays. The answer to another question is none to this one.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  version: number | string,
): { value: T | null; failed: boolean } {
  const [known, setKnown] = useState<{ load: () => Promise<T>; value: T | null; failed: boolean } | null>(
    null,
  );
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const answer = await load().then(
        (loaded) => ({ loaded }),
        () => null,
      );
      if (!current) return;
      setKnown((before) => ({
        load,
        value: answer ? answer.loaded : before?.load === load ? before.value : null,
        failed: answer === null,
      }));
    };
    void ask();
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `version` says when to ask again
  }, [load, version]);
  return known?.load === load ? known : { value: null, failed: false };
}
