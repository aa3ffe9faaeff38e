import { type KeyboardEvent, useState } from 'react';
import { parseChannelKey } from '../../../shared/domain.ts';
import { useSession } from '../../state/session/session-store.ts';
import { openChannel } from '../../state/window/ui-store.ts';
import type { nameStartsWith } from '../../text/name-match.ts';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { TypeAhead } from '../../ui/type-ahead.ts';
import { keyOf } from './row-lookup.ts';

/** With the pinyin of all signs: loaded when somebody types in the list for the first time. */
let startsWith: typeof nameStartsWith | null = null;

async function loadStartsWith(): Promise<void> {
  startsWith ??= (await import('../../text/name-match.ts')).nameStartsWith;
}

/** The keys of the list. `order`: channel keys of the rows; `pageRows`: how many a page down goes over. */
export function useConversationKeys({
  order,
  pageRows,
  focusIndex,
  openMenu,
}: {
  order: readonly string[];
  pageRows: () => number;
  focusIndex: (index: number) => void;
  /** Opens the menu of a row beside it. */
  openMenu: (key: string) => void;
}): (event: KeyboardEvent) => void {
  const [typeAhead] = useState(() => new TypeAhead((name, word) => startsWith?.(name, word) ?? false));
  return (event) => {
    const key = keyOf(event.target);
    if (key === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = order.indexOf(key);
    const roving = { count: order.length, at, edges: true, page: pageRows(), moveTo: focusIndex };
    if (takeRovingKey(event, roving)) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      openChannel(parseChannelKey(key), { focusComposer: true });
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      openMenu(key);
    } else {
      const { conversations } = useSession.getState();
      const names = order.map((entry) => conversations.get(entry)?.name ?? '');
      const take = (): void => typeAhead.takeKey(event, names, at, focusIndex);
      if (startsWith) take();
      else loadStartsWith().then(take, () => undefined);
    }
  };
}
