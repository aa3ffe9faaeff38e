import { Download, Play, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { byteSize, playTime } from '../../../i18n/time-format.ts';
import { dragOut } from '../../../state/media/drag-out.ts';
import { useIsBegun } from '../../../state/media/begun.ts';
import { loadSeenFilm, useFilm } from '../../../state/media/films.ts';
import { cancelTransfer, openMedia } from '../../../state/media/media-actions.ts';
import { type Film, markDrawn, useLoadedMedia, useNaturalSize } from '../../../state/media/media-store.ts';
import { useSeenPicture } from '../../../state/media/seen-picture.ts';
import { isUploading, shareOf } from '../../../state/media/transfers.ts';
import { useTransfer } from '../../../state/media/transfer-store.ts';
import { useSettings } from '../../../state/session/settings.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { MovingImage } from '../../../ui/moving-image.tsx';
import { TransferRing } from '../../../ui/transfer-ring.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import { atLeast, type Box, pictureBox, shapeOf } from './picture-box.ts';
import css from './video-bubble.module.css';

/** Px of a tile in which bytes can be read. */
const ROOM_FOR_BYTES = 150;
/** However small the film is: its sign, its length and its time stand in it. */
const ROOM_FOR_SIGNS: Box = { width: 160, height: 90 };

/**
 * The video of a message: its cover in the space it announces, how long and heavy it is, and what a click does.
 * `tile`: its place in an album, which it fills.
 */
export function VideoBubble({
  message,
  tabIndex,
  meta,
  tile,
}: MediaBubbleProps & { tile?: Box | undefined }) {
  const t = useT();
  const { channel, content, key } = message;
  const film = useFilm(channel, key);
  const transfer = useTransfer(channel, key);
  const drawn = useNaturalSize(channel, key);
  useAutoLoad(message, film);
  if (content.kind !== 'video') return null;
  const { width, height } = shapeOf(content, drawn);
  const uploading = isUploading(message);
  // What is watched while it comes is loaded to its end when nobody watches any more.
  const isMoving =
    uploading || film?.state === 'loading' || (film?.state === 'ready' && transfer !== undefined);
  const length = content.seconds > 0 ? playTime(content.seconds) : '';
  const failure =
    film?.state === 'failed' ? t(film.reason === 'format' ? 'video.cannot' : 'video.failed') : '';
  const said = [t('video.open'), length, failure].filter((part) => part !== '');
  const isSmall = tile !== undefined && tile.width < ROOM_FOR_BYTES;
  const size = isHere(film) || content.size <= 0 ? '' : byteSize(content.size);
  const rest = [length, size].filter((part) => part !== '').join(' · ');
  const moved =
    isMoving && transfer !== undefined && transfer.totalBytes !== null
      ? t('video.bytes', { a: byteSize(transfer.doneBytes), b: byteSize(transfer.totalBytes) })
      : '';
  // In a small tile the sign says what went wrong, and the ring how far it is.
  const pill = isSmall ? length : moved || failure || rest || t('video.name');
  return (
    <div
      className={cx(css['video'], message.quote && !tile && css['quoted'], tile && css['tile'])}
      style={tile ? undefined : atLeast(pictureBox(width, height), ROOM_FOR_SIGNS)}
      data-testid="video"
      data-state={uploading ? 'uploading' : (film?.state ?? 'none')}
      {...dragOut(message)}
    >
      <Cover message={message} />
      <button
        type="button"
        className={css['open']}
        tabIndex={tabIndex}
        aria-label={said.reduce((a, b) => t('words.and', { a, b }))}
        title={tile && failure !== '' ? failure : undefined}
        onClick={() => openMedia(message)}
      >
        {!isMoving && (
          <span className={css['sign']}>
            <Icon of={signOf(film)} size={20} />
          </span>
        )}
      </button>
      {isMoving && (
        <span className={css['veil']}>
          <TransferRing
            share={shareOf(transfer)}
            label={t(uploading ? 'media.uploading' : 'media.downloading')}
            cancel={t(uploading ? 'media.cancelUpload' : 'media.cancelDownload')}
            tabIndex={tabIndex}
            onCancel={() => cancelTransfer(message)}
          />
        </span>
      )}
      {pill !== '' && (
        <span className={css['pill']} data-testid="video-pill">
          {pill}
        </span>
      )}
      {meta}
    </div>
  );
}

/** The rules load it once it is seen and known (with the cover) not to be here; what was begun goes on then. */
function useAutoLoad({ channel, key, content, own }: MessageView, film: Film | undefined): void {
  const { autoLoadVideos, autoLoadMb } = useSettings();
  const cover = useLoadedMedia(channel, key);
  const size = content.kind === 'video' ? content.size : 0;
  const isKnown = cover !== undefined && cover.state !== 'loading';
  const isBegun = useIsBegun(channel, key);
  const byRule = autoLoadVideos && !own && size <= autoLoadMb * 1024 * 1024;
  const wanted = isKnown && film === undefined && (isBegun || byRule);
  useEffect(() => {
    if (wanted) void loadSeenFilm(channel, key);
  }, [channel, key, wanted]);
}

const isHere = (film: Film | undefined): boolean => film?.state === 'here' || film?.state === 'ready';

function signOf(film: Film | undefined): typeof Play {
  if (film?.state === 'failed') return TriangleAlert;
  return isHere(film) ? Play : Download;
}

/** A flat tint where there is none. What is at somebody else's host is loaded with the film. */
function Cover({ message }: { message: MessageView }) {
  const { channel, key } = message;
  const { media, broken } = useSeenPicture(channel, key);
  if (media?.state !== 'ready' || media.src === '') return null;
  return (
    <MovingImage
      src={media.src}
      loopMs={media.loopMs}
      plays="never"
      className={css['cover']}
      onShown={(natural) => markDrawn(channel, key, natural)}
      onBroken={broken}
    />
  );
}
