import { ImageDown, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { loadMedia } from '../../../state/media/media-store.ts';
import { useSeenPicture } from '../../../state/media/seen-picture.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { MovingDrawing } from '../../../ui/moving-drawing.tsx';
import { MovingImage } from '../../../ui/moving-image.tsx';
import css from './message-picture.module.css';

/** Shown: a drawing, which has no address. */
const DRAWN = 'drawn';

/**
 * The picture that a message of another kind is drawn with, filling its box: the map of a place, a sticker. Whose host
 * it is at is said before that is asked. `empty`: in its place while there is none.
 */
export function MessagePicture({
  message,
  empty,
  fit,
  askLabel,
  tabIndex,
}: {
  message: MessageView;
  tabIndex: 0 | -1;
  empty: ReactNode;
  fit: 'cover' | 'contain';
  /** Names the button that moves it for whoever wants nothing to move by itself. */
  askLabel?: string;
}) {
  const t = useT();
  const { channel, key, content } = message;
  const picture = content.kind === 'named' ? content.picture : undefined;
  const { media, broken } = useSeenPicture(channel, key, picture !== undefined);
  const [shown, setShown] = useState('');
  if (picture === undefined) return empty;
  const src = media?.state === 'ready' ? media.src : '';
  const waits =
    media?.state === 'foreign'
      ? t('media.foreign', { host: media.host })
      : media?.state === 'held'
        ? t('media.held')
        : media?.state === 'failed' && media.reason !== 'missing'
          ? t('media.reload')
          : '';
  return (
    <>
      {(media?.state === 'drawn' ? shown !== DRAWN : src !== shown) && !waits && empty}
      {src !== '' && (
        <MovingImage
          src={src}
          loopMs={media?.state === 'ready' ? media.loopMs : undefined}
          askLabel={askLabel}
          tabIndex={tabIndex}
          className={cx(css['picture'], css[fit], shown === src && css['shown'])}
          onShown={() => setShown(src)}
          onBroken={broken}
        />
      )}
      {media?.state === 'drawn' && (
        <MovingDrawing
          read={() => call('stickers.drawing', { channel, key })}
          askLabel={askLabel}
          tabIndex={tabIndex}
          className={cx(css['picture'], css['contain'], shown === DRAWN && css['shown'])}
          onShown={() => setShown(DRAWN)}
          onBroken={() => setShown('')}
        />
      )}
      {waits && (
        <button
          type="button"
          tabIndex={tabIndex}
          className={css['waits']}
          data-testid="picture-waits"
          onClick={() => void loadMedia(channel, key, { asked: true })}
        >
          <Icon of={media?.state === 'failed' ? RotateCcw : ImageDown} size={16} />
          <span>{waits}</span>
        </button>
      )}
    </>
  );
}
