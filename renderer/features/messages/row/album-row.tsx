import { memo } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { useForgetting } from '../../../state/forget.ts';
import { useNarrowWindow } from '../../../state/window/media-query.ts';
import { albumKinds } from '../../../text/album-words.ts';
import { cx } from '../../../ui/cx.ts';
import { ALBUM_SIDE, ALBUM_SIDE_NARROW, albumBoxes } from '../content/album-boxes.ts';
import { QuoteBlock } from '../content/quote-block.tsx';
import { AlbumTile } from './album-tile.tsx';
import { CollapsingRow } from './collapsing-row.tsx';
import { type FlowRow, isTile } from './flow-row.ts';
import { MessageFrame } from './message-frame.tsx';
import type { RowActions } from './message-row.tsx';
import { ReactionChips } from '../reactions/reaction-chips.tsx';
import { DayChip, UnreadDivider } from './row-dividers.tsx';
import { AlbumSendNote, DeniedNote } from './album-notes.tsx';
import { useRowMessages } from './use-row-messages.ts';
import css from './message-row.module.css';
import albumCss from './album-row.module.css';

interface AlbumRowProps {
  /** Key of the open conversation. */
  flowKey: string;
  row: Extract<FlowRow, { kind: 'album' }>;
  actions: RowActions;
  /** Key of the tile that Tab reaches; null = another row is reached. */
  current: string | null;
  /** Key of the tile that was jumped to. */
  flash: string | null;
  menuOpen: string | null;
  selecting: boolean;
  /** Keys of the selected tiles, one a line: no list that is another one each time. */
  selected: string;
  personChat: boolean;
  todayMs: number;
}

/** Images and videos of one sending as one picture, each of them a message of its own with menu, state and recall. */
export const AlbumRow = memo(function AlbumRow({
  flowKey,
  row,
  actions,
  current,
  flash,
  menuOpen,
  selecting,
  selected,
  personChat,
  todayMs,
}: AlbumRowProps) {
  const t = useT();
  const language = useLanguage();
  const messages = useRowMessages(flowKey, row);
  useForgetting();
  const side = useNarrowWindow() ? ALBUM_SIDE_NARROW : ALBUM_SIDE;
  const tiles = messages.filter(isTile);
  const [first] = tiles;
  const alone = tiles.length === 1;
  const boxes = alone ? [] : albumBoxes(tiles.length, side);
  const tabIndex = current === null ? -1 : 0;
  const picked = new Set(selected.split('\n'));
  return (
    <CollapsingRow kind={row.kind}>
      {row.day !== null && <DayChip flowKey={flowKey} day={row.day} todayMs={todayMs} />}
      {row.unread && <UnreadDivider />}
      {first && (
        <div
          className={cx(css['message'], row.own && css['own'], !row.groupStart && css['continued'])}
          role={alone ? undefined : 'group'}
          aria-label={
            alone
              ? undefined
              : t('album.label', { what: t(`album.${albumKinds(tiles)}`, { n: tiles.length }) })
          }
        >
          <MessageFrame
            message={first}
            groupStart={row.groupStart}
            personChat={personChat}
            tabIndex={tabIndex}
          >
            {first.quote && (
              <div className={cx(css['bubble'], albumCss['quote'])}>
                <QuoteBlock
                  quote={first.quote}
                  onJump={() => actions.jumpToSeq(first.quote?.messageSeq ?? 0)}
                  tabIndex={tabIndex}
                />
              </div>
            )}
            <div
              className={albumCss['album']}
              // (Less where there is less room: a square all the same.)
              style={alone ? undefined : { width: side, aspectRatio: 1 }}
              data-testid="album"
              data-count={tiles.length}
            >
              {tiles.map((message, index) => (
                <AlbumTile
                  key={message.key}
                  message={message}
                  place={{ index, count: tiles.length }}
                  box={boxes[index]}
                  side={side}
                  actions={actions}
                  current={current === message.key}
                  flash={flash === message.key}
                  menuOpen={menuOpen === message.key}
                  selecting={selecting}
                  selected={picked.has(message.key)}
                  language={language}
                />
              ))}
            </div>
            {tiles.map((message) => (
              <ReactionChips key={message.key} message={message} tabIndex={tabIndex} plain />
            ))}
            {row.own && <AlbumSendNote messages={tiles} tabIndex={tabIndex} />}
            {tiles.map((message: MessageView) => (
              <DeniedNote key={message.key} message={message} />
            ))}
          </MessageFrame>
        </div>
      )}
    </CollapsingRow>
  );
});
