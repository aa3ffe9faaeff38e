import { Download, ImageDown, ImageOff } from 'lucide-react';
import { useT } from '../../../i18n/i18n.ts';
import { openMedia, saveMedia } from '../../../state/media/media-actions.ts';
import type { LoadedMedia } from '../../../state/media/media-store.ts';
import { hiddenPicture } from '../../../text/hidden-picture.ts';
import { Tile } from '../../../ui/file-tile.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import css from './picture-tile.module.css';

/** In place of a picture: where it is and that a click loads it, or why it is not shown and that it can be saved. */
export function PictureTile({
  message,
  media,
  tabIndex,
  meta,
}: MediaBubbleProps & { media: Extract<LoadedMedia, { state: 'foreign' | 'hidden' | 'held' }> }) {
  const t = useT();
  const waits = media.state !== 'hidden';
  const words =
    media.state === 'foreign'
      ? t('media.foreign', { host: media.host })
      : media.state === 'held'
        ? t('media.held')
        : hiddenPicture(media, t);
  return (
    <div className={css['tile']} data-testid="picture-tile" data-state={media.state}>
      <Tile>
        <Icon of={waits ? ImageDown : ImageOff} />
      </Tile>
      <button
        type="button"
        className={css['main']}
        tabIndex={tabIndex}
        aria-label={waits ? words : t('media.saveAs')}
        onClick={() => openMedia(message)}
      />
      <span className={css['words']}>{words}</span>
      {!waits && (
        <span className={css['actions']}>
          <IconButton
            size={28}
            iconSize={16}
            tabIndex={tabIndex}
            icon={Download}
            label={t('media.saveAs')}
            onClick={() => void saveMedia(message)}
          />
        </span>
      )}
      {meta}
    </div>
  );
}
