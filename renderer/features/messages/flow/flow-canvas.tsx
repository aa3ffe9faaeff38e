import { ChannelType, channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { MessageRow, type RowActions } from '../row/message-row.tsx';
import type { Names } from '../names/use-names.ts';
import type { FlowRow } from '../row/flow-row.ts';
import { useToday } from './flow-clock.ts';
import type { FlowSelection } from './use-flow-selection.ts';
import type { FlowVirtualizer } from './use-flow-virtualizer.ts';
import css from './flow-canvas.module.css';

/** The rows that are in the document, each at its place. */
export function FlowCanvas({
  channel,
  rows,
  virtualizer,
  names,
  actions,
  query,
  focusedIndex,
  flashKey,
  menuKey,
  selection,
}: {
  channel: ChannelRef;
  rows: readonly FlowRow[];
  virtualizer: FlowVirtualizer;
  names: Names;
  actions: RowActions;
  query: string;
  /** -1 = no row has the focus: Tab reaches the last. */
  focusedIndex: number;
  flashKey: string | null;
  /** Key of the message whose menu is open. */
  menuKey: string | null;
  selection: FlowSelection;
}) {
  const todayMs = useToday();
  const current = focusedIndex < 0 ? rows.length - 1 : focusedIndex;
  return (
    <div className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const row = rows[item.index];
        if (!row) return null;
        return (
          <div
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className={css['row']}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <MessageRow
              flowKey={channelKey(channel)}
              row={row}
              names={names}
              actions={actions}
              current={item.index === current}
              flash={flashKey === row.key}
              menuOpen={menuKey === row.key}
              selecting={selection.selecting}
              selected={selection.selectedKeys.has(row.key)}
              query={query}
              todayMs={todayMs}
              personChat={channel.channelType === ChannelType.person}
            />
          </div>
        );
      })}
    </div>
  );
}
