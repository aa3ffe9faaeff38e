import { ImageDown, ImageOff, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { cx } from '../../../ui/cx.ts';
import { useLater } from '../../../ui/use-later.ts';
import { Icon } from '../../../ui/icon.tsx';
import { dragOut } from '../../../state/media/drag-out.ts';
import { cancelTransfer, openMedia } from '../../../state/media/media-actions.ts';
import { MovingImage } from '../../../ui/moving-image.tsx';
import { isUploading, shareOf } from '../../../state/media/transfers.ts';
import { hiddenPicture } from '../../../text/hidden-picture.ts';
import { atLeast, type Box, pictureBox, shapeOf } from './picture-box.ts';
import { PictureTile } from './picture-tile.tsx';
import { loadMedia, type LoadedMedia, markDrawn, useNaturalSize } from '../../../state/media/media-store.ts';
import { useSeenPicture } from '../../../state/media/seen-picture.ts';
import { TransferRing } from '../../../ui/transfer-ring.tsx';
import { useTransfer } from '../../../state/media/transfer-store.ts';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import css from './image-bubble.module.css';

/** Something that is there at once shows no ring. */
const RING_AFTER_MS = 300;

/** However small the picture is: what went wrong and what can be done has to be read. */
const ROOM_FOR_WORDS: Box = { width: 180, height: 96 };
/** Px of a tile in which words, a sign over them and the time under them can stand. */
const ROOM_FOR_SIGN = 100;
const NO_ROOM: Box = { width: 0, height: 0 };

/**
 * The image of a message: a flat tint of its size first, then the picture; upload, download and failure over it.
 * `tile`: its place in an album, which it fills.
 */
export function ImageBubble({
  message,
  tabIndex,
  meta,
  tile,
}: MediaBubbleProps & { tile?: Box | undefined }) {
  const t = useT();
  const { channel, key, content } = message;
  const { media, broken } = useSeenPicture(channel, key);
  const [shown, setShown] = useState('');
  const drawn = useNaturalSize(channel, key);
  const size = content.kind === 'image' ? content : { width: 0, height: 0 };
  const src = media?.state === 'ready' ? media.src : '';
  if (!tile && (media?.state === 'foreign' || media?.state === 'hidden' || media?.state === 'held'))
    return <PictureTile message={message} media={media} tabIndex={tabIndex} meta={meta} />;
  const { width, height } = shapeOf(size, drawn);
  const failed = media?.state === 'failed';
  return (
    <div
      className={cx(css['picture'], message.quote && !tile && css['quoted'], tile && css['tile'])}
      style={tile ? undefined : atLeast(pictureBox(width, height), failed ? ROOM_FOR_WORDS : NO_ROOM)}
      data-testid="image"
      {...dragOut(message)}
    >
      <button
        type="button"
        className={css['pictureButton']}
        tabIndex={tabIndex}
        aria-label={t('media.view')}
        onClick={() => openMedia(message)}
      >
        {src !== '' && (
          <MovingImage
            src={src}
            loopMs={media?.state === 'ready' ? media.loopMs : undefined}
            className={cx(css['pictureImage'], shown === src && css['pictureShown'])}
            onShown={(natural) => {
              setShown(src);
              markDrawn(channel, key, natural);
            }}
            onBroken={broken}
          />
        )}
      </button>
      <ImageState message={message} media={media} tabIndex={tabIndex} tile={tile} timed={meta !== null} />
      {meta}
    </div>
  );
}

function ImageState({
  message,
  media,
  tabIndex,
  tile,
  timed,
}: {
  message: MessageView;
  media: LoadedMedia | undefined;
  tabIndex: 0 | -1;
  /** In an album. */
  tile: Box | undefined;
  /** Its time stands at the bottom. */
  timed: boolean;
}) {
  const t = useT();
  const transfer = useTransfer(message.channel, message.key);
  const uploading = isUploading(message);
  const slow = useLater(media === undefined || media.state === 'loading', RING_AFTER_MS);
  if (uploading || slow) {
    return (
      <span className={css['veil']}>
        <TransferRing
          share={shareOf(transfer)}
          label={t(uploading ? 'media.uploading' : 'media.downloading')}
          cancel={t(uploading ? 'media.cancelUpload' : 'media.cancelDownload')}
          tabIndex={tabIndex}
          onCancel={() => cancelTransfer(message)}
        />
      </span>
    );
  }
  if (!media || media.state === 'loading' || media.state === 'ready' || media.state === 'drawn') return null;
  const { icon, words } =
    media.state === 'failed'
      ? { icon: RotateCcw, words: t(media.reason === 'missing' ? 'media.missing' : 'media.reload') }
      : media.state === 'foreign'
        ? { icon: ImageDown, words: t('media.foreign', { host: media.host }) }
        : media.state === 'held'
          ? { icon: ImageDown, words: t('media.held') }
          : { icon: ImageOff, words: hiddenPicture(media, t) };
  const small = tile !== undefined;
  const cramped = small && timed && tile.height < ROOM_FOR_SIGN;
  const load = (): void =>
    media.state === 'failed'
      ? void loadMedia(message.channel, message.key, { asked: true })
      : openMedia(message);
  return (
    <span
      className={cx(css['failedPicture'], small && css['smallState'], small && timed && css['overTime'])}
      data-testid="image-failed"
    >
      <button
        type="button"
        className={css['retry']}
        tabIndex={tabIndex}
        title={small ? words : undefined}
        onClick={load}
      >
        {!cramped && <Icon of={icon} size={small ? 16 : 20} />}
        <span>{words}</span>
      </button>
    </span>
  );
}
