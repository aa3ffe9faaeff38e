import { useEffect, useState } from 'react';

/**
 * What `load` answers (one function for all drawings); null until it is there. Asked again whenever `version` changes:
 * an answer that was overtaken is ignored, and after a failure (`load` has logged it) the last one stays.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  version: number | string,
): { value: T | null; failed: boolean } {
  const [value, setValue] = useState<T | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    const ask = async (): Promise<void> => {
      const answer = await load().then(
        (loaded) => ({ loaded }),
        () => null,
      );
      if (!current) return;
      if (answer) setValue(answer.loaded);
      setFailed(answer === null);
    };
    void ask();
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `version` says when to ask again
  }, [load, version]);
  return { value, failed };
}
