import { useMemo, useState } from 'react';
import { useShallow } from 'zustand/shallow';
import type { MessageView } from '../../../../shared/domain.ts';
import { NOBODY } from '../../../../shared/strings/worded-system-line.ts';
import { useCalendar } from '../../../i18n/i18n.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { type ChannelMessages } from '../../../state/messages/open-conversations.ts';
import type { MessageWindow } from '../../../state/messages/message-window.ts';
import { useChannelInfo, useMe } from '../../../state/session/session-store.ts';
import { buildRows, type RowOptions, shareRows } from './flow-rows.ts';
import type { FlowRow } from '../row/flow-row.ts';
import { useFoldTime } from './flow-clock.ts';
import type { Names } from '../names/use-names.ts';

const NONE: readonly FlowRow[] = [];

/** The rows of one flow: the same array while nothing about them changes, the same row while nothing about it does. */
class RowBuilder {
  #of: {
    window: WeakRef<MessageWindow>;
    unreadAfterSeq: number | null;
    cutOff: boolean;
    options: Options;
  } | null = null;
  #rows = NONE;

  rows(state: ChannelMessages | undefined, options: Options): readonly FlowRow[] {
    if (!state) return NONE;
    const { window, unreadAfterSeq } = state;
    // What was loaded for the sake of the first new message has it.
    const cutOff = window.hasOlder && state.target !== 'unread';
    const before = this.#of;
    if (
      before?.window.deref() !== window ||
      before.unreadAfterSeq !== unreadAfterSeq ||
      before.cutOff !== cutOff ||
      before.options !== options
    ) {
      // Weak: a builder that React keeps for a while must not keep the messages with it.
      this.#of = { window: new WeakRef(window), unreadAfterSeq, cutOff, options };
      const all = { ...options, unreadAfterSeq, cutOff };
      this.#rows = shareRows(this.#rows, buildRows(messagesOf(window), all));
    }
    return this.#rows;
  }
}
type Options = Omit<RowOptions, 'unreadAfterSeq' | 'cutOff'>;

function* messagesOf(window: MessageWindow): Iterable<MessageView> {
  for (const key of window.keys) {
    const message = window.byKey.get(key);
    if (message) yield message;
  }
}

/** Rows of the open conversation `key` (a channel key). */
export function useFlowRows(key: string, names: Names, unfolded: ReadonlySet<string>): readonly FlowRow[] {
  const showRecallNotes = useChannelInfo(key)?.showRecallNotes ?? true;
  const nowMs = useFoldTime(key);
  const calendar = useCalendar();
  const me = useMe();
  const { uid, name } = me ?? NOBODY;
  const options = useMemo<Options>(
    () => ({
      me: { uid, name },
      showRecallNotes,
      unfolded,
      nowMs,
      knowsActor: (uid) => names.nameOf(uid) !== '',
    }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- days are cut by the local calendar
    [names, uid, name, showRecallNotes, unfolded, nowMs, calendar],
  );
  const [builder] = useState(() => new RowBuilder());
  return useMessageStore((store) => builder.rows(store.channels[key], options));
}

/** What the open conversation `key` says about itself, without its messages; undefined while it is not open. */
export type FlowState = Omit<ChannelMessages, 'window'> & {
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Loaded messages, shown or not. */
  readonly count: number;
};

export function useFlowState(key: string): FlowState | undefined {
  return useMessageStore(
    useShallow((store) => {
      const state = store.channels[key];
      if (!state) return undefined;
      const { window, ...rest } = state;
      return { ...rest, hasOlder: window.hasOlder, hasNewer: window.hasNewer, count: window.keys.length };
    }),
  );
}
