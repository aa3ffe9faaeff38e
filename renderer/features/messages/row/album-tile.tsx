import { CircleAlert } from 'lucide-react';
import type { MessageView } from '../../../../shared/domain.ts';
import type { Language } from '../../../../shared/strings/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { isSelectable } from '../../../state/messages/selection-store.ts';
import { articleName } from '../../../text/message-text.ts';
import { CheckMark } from '../../../ui/checkbox.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { TileBox } from '../content/album-boxes.ts';
import { ImageBubble } from '../content/image-bubble.tsx';
import { VideoBubble } from '../content/video-bubble.tsx';
import { MessageMeta } from './message-meta.tsx';
import type { RowActions } from './message-row.tsx';
import { useDenied } from './use-denied.ts';
import css from './album-row.module.css';

/** One image or video of an album: a stop of the arrows, with a menu and a state of its own. */
export function AlbumTile({
  message,
  place: { index, count },
  box,
  side,
  actions,
  current,
  flash,
  menuOpen,
  selecting,
  selected,
  language,
}: {
  message: MessageView;
  place: { index: number; count: number };
  /** Where it stands; undefined = alone, in a box of its own shape. */
  box: TileBox | undefined;
  /** Of the square that it stands in, px. */
  side: number;
  actions: RowActions;
  current: boolean;
  flash: boolean;
  menuOpen: boolean;
  selecting: boolean;
  selected: boolean;
  language: Language;
}) {
  const t = useT();
  const { ring } = useDenied(message);
  const tabIndex = current ? 0 : -1;
  const name = articleName(message, language);
  const isFilm = message.content.kind === 'video';
  const Bubble = isFilm ? VideoBubble : ImageBubble;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Shift+F10 opens the menu
    <article
      aria-label={
        count > 1
          ? t(isFilm ? 'album.tileVideo' : 'album.tile', { i: index + 1, n: count, what: name })
          : name
      }
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- roving tabindex: ui.md 3
      tabIndex={tabIndex}
      data-message-key={message.key}
      data-own={message.own}
      data-recall={message.recall?.state}
      className={cx(
        css['tile'],
        box && css['placed'],
        flash && css['flash'],
        menuOpen && css['menuOpen'],
        ring && css['denied'],
        selecting && css['pickable'],
      )}
      style={box && shareOf(box, side)}
      onClickCapture={(event) => {
        if (!selecting && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        actions.select(message, selecting && event.shiftKey);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!selecting) actions.openMenu(message, { x: event.clientX, y: event.clientY });
      }}
    >
      <div data-testid="bubble" className={css['shape']}>
        <Bubble
          message={message}
          tabIndex={tabIndex}
          tile={box}
          meta={index === count - 1 ? <MessageMeta message={message} /> : null}
        />
      </div>
      {message.send.state === 'failed' && index < count - 1 && (
        <span className={css['failed']} title={t('send.failed')} data-testid="send-state" data-state="failed">
          <Icon of={CircleAlert} size={14} />
        </span>
      )}
      {selecting && isSelectable(message) && (
        <span className={css['pick']}>
          <input
            type="checkbox"
            className="visually-hidden"
            tabIndex={-1}
            checked={selected}
            readOnly
            aria-label={t('multi.pick')}
          />
          <CheckMark checked={selected} />
        </span>
      )}
    </article>
  );
}

const shareOf = ({ left, top, width, height }: TileBox, side: number) => {
  const share = (px: number): string => `${(px / side) * 100}%`;
  return { left: share(left), top: share(top), width: share(width), height: share(height) };
};
