import { ChannelType, channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { MessageRow, type RowActions } from '../row/message-row.tsx';
import type { Names } from '../names/use-names.ts';
import { type FlowRow, stopsOfRow } from '../row/flow-row.ts';
import { AlbumRow } from '../row/album-row.tsx';
import { useToday } from './flow-clock.ts';
import { lastKeyOf } from './flow-lookup.ts';
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
  focusedKey,
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
  /** What has the focus in that row. */
  focusedKey: string | null;
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
            {row.kind === 'album' ? (
              <AlbumRow
                flowKey={channelKey(channel)}
                row={row}
                actions={actions}
                current={item.index !== current ? null : focusedIndex < 0 ? lastKeyOf(row) : focusedKey}
                flash={ofRow(row, flashKey)}
                menuOpen={ofRow(row, menuKey)}
                selecting={selection.selecting}
                selected={stopsOfRow(row)
                  .filter((key) => selection.selectedKeys.has(key))
                  .join('\n')}
                todayMs={todayMs}
                personChat={channel.channelType === ChannelType.person}
              />
            ) : (
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
            )}
          </div>
        );
      })}
    </div>
  );
}

/** The key if it is one of this row's: no other row is drawn again for it. */
const ofRow = (row: FlowRow, key: string | null): string | null =>
  key !== null && stopsOfRow(row).includes(key) ? key : null;
