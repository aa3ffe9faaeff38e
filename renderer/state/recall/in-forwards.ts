import { useEffect, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';

/**
 * Merged forwards that are known here hold copies of some of these messages: other clients may go on showing those.
 * false until the core has answered.
 */
export function useInForwards(channel: ChannelRef, keys: readonly string[]): boolean {
  const [found, setFound] = useState(false);
  const asked = JSON.stringify({ channel, keys });
  useEffect(() => {
    let isWanted = true;
    const ask = async (): Promise<void> => {
      const question = JSON.parse(asked) as { channel: ChannelRef; keys: string[] };
      const answer = await call('messages.inForwards', question).catch(() => null);
      if (isWanted && answer !== null) setFound(answer);
    };
    void ask();
    return () => {
      isWanted = false;
    };
  }, [asked]);
  return found;
}
