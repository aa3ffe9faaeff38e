import { Download, Play, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { byteSize, playTime } from '../../../i18n/time-format.ts';
import { dragOut } from '../../../state/media/drag-out.ts';
import { useFilm } from '../../../state/media/films.ts';
import { cancelTransfer, openMedia } from '../../../state/media/media-actions.ts';
import {
  type Film,
  loadMedia,
  markDrawn,
  mediaBroken,
  useLoadedMedia,
  useNaturalSize,
} from '../../../state/media/media-store.ts';
import { isUploading, shareOf } from '../../../state/media/transfers.ts';
import { useTransfer } from '../../../state/media/transfer-store.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { MediaImage } from '../../../ui/media-image.tsx';
import { TransferRing } from '../../../ui/transfer-ring.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import { pictureBox, shapeOf } from './picture-box.ts';
import css from './video-bubble.module.css';

/**
 * The video of a message: its cover in the space it announces, how long and heavy it is, and what a click does.
 */
export function VideoBubble({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const { channel, content, key } = message;
  const film = useFilm(channel, key);
  const transfer = useTransfer(channel, key);
  const drawn = useNaturalSize(channel, key);
  if (content.kind !== 'video') return null;
  const { width, height } = shapeOf(content, drawn);
  const uploading = isUploading(message);
  const isMoving = uploading || film?.state === 'loading';
  const length = content.seconds > 0 ? playTime(content.seconds) : '';
  return (
    <div
      className={cx(css['video'], message.quote && css['quoted'])}
      style={pictureBox(width, height)}
      data-testid="video"
      data-state={uploading ? 'uploading' : (film?.state ?? 'none')}
      {...dragOut(message)}
    >
      <Cover message={message} />
      <button
        type="button"
        className={css['open']}
        tabIndex={tabIndex}
        aria-label={`${t('video.open')}${length === '' ? '' : `, ${length}`}`}
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
      <span className={css['pill']} data-testid="video-pill">
        {transfer !== undefined && transfer.totalBytes !== null && isMoving
          ? t('video.bytes', { a: byteSize(transfer.doneBytes), b: byteSize(transfer.totalBytes) })
          : film?.state === 'failed'
            ? t(film.reason === 'format' ? 'video.cannot' : 'video.failed')
            : [length, isHere(film) || content.size <= 0 ? '' : byteSize(content.size)]
                .filter((part) => part !== '')
                .join(' · ') || t('video.name')}
      </span>
      {meta}
    </div>
  );
}

const isHere = (film: Film | undefined): boolean => film?.state === 'here' || film?.state === 'ready';

function signOf(film: Film | undefined): typeof Play {
  if (film?.state === 'failed') return TriangleAlert;
  return isHere(film) ? Play : Download;
}

/** A flat tint where there is none. What is at somebody else's host is loaded with the film. */
function Cover({ message }: { message: MessageView }) {
  const { channel, key } = message;
  const media = useLoadedMedia(channel, key);
  const missing = media === undefined;
  useEffect(() => {
    if (missing) void loadMedia(channel, key);
  }, [channel, key, missing]);
  const tried = useRef(false);
  if (media?.state !== 'ready' || media.src === '') return null;
  return (
    <MediaImage
      src={media.src}
      className={css['cover']}
      onShown={(natural) => markDrawn(channel, key, natural)}
      onBroken={() => {
        if (tried.current) mediaBroken(channel, key);
        else void loadMedia(channel, key, { again: true });
        tried.current = true;
      }}
    />
  );
}
