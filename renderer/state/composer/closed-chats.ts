/** Which chats nothing can be sent to now, for the dialogs that send something into several. */
import { useEffect, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { BLOCK_TEXT } from '../../text/block-text.ts';
import { call } from '../bridge.ts';
import { useSession } from '../session/session-store.ts';
import type { PickEntry } from '../../ui/pick-list.tsx';

/** A chat that can be picked. */
interface Target extends PickEntry {
  channel: ChannelRef;
}

/**
 * Why nothing can be sent to some of these rows, and of those that were here before, by their ids. Asked of the core
 * when a row comes that was not asked for, and again when it tells of a change; until it answers every row can be
 * picked, and the core has the last word.
 */
export function useClosedChats(rows: readonly Target[]): ReadonlyMap<string, string> {
  const t = useT();
  const [closed, setClosed] = useState<ReadonlyMap<string, string>>(new Map());
  const [asked, setAsked] = useState<readonly ChannelRef[]>([]);
  const known = new Set(asked.map(channelKey));
  const missing = rows.filter(({ id }) => !known.has(id));
  const isNew = missing.length > 0;
  if (isNew) setAsked([...asked, ...missing.map(({ channel }) => channel)]);
  useEffect(() => {
    if (asked.length === 0) return undefined;
    let isWanted = true;
    const ask = async (): Promise<void> => {
      const found = await call('messages.closed', { channels: [...asked] }).catch(() => null);
      if (isWanted && found)
        setClosed(new Map(found.map(({ channel, block }) => [channelKey(channel), t(BLOCK_TEXT[block])])));
    };
    void ask();
    const leave = useSession.subscribe((state, before) => {
      if (state.infos !== before.infos) void ask();
    });
    return () => {
      isWanted = false;
      leave();
    };
  }, [asked, t]);
  return closed;
}

/** The same rows; those that nothing can be sent to say why. */
export const withReasons = <T extends Target>(rows: readonly T[], closed: ReadonlyMap<string, string>): T[] =>
  rows.map((row) => {
    const why = closed.get(row.id);
    return why === undefined ? row : { ...row, why };
  });

export const useOpenTargets = <T extends Target>(rows: readonly T[]): T[] =>
  withReasons(rows, useClosedChats(rows));
