import { isolated } from '../../../../shared/display-name.ts';
import { Download, FolderOpen, RotateCcw, X } from 'lucide-react';
import { useEffect } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import type { TextRange } from '../../../../shared/matching/match.ts';
import { hitRanges, queryPhrases } from '../../../../shared/matching/terms.ts';
import { type PlainKey, useT } from '../../../i18n/i18n.ts';
import { byteSize } from '../../../i18n/time-format.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { dragOut } from '../../../state/media/drag-out.ts';
import { cancelTransfer, openMedia, saveMedia, showSaved } from '../../../state/media/media-actions.ts';
import { burns } from '../../../state/messages/flames.ts';
import { useSettings } from '../../../state/session/settings.ts';
import { isUploading, shareOf } from '../../../state/media/transfers.ts';
import { splitName } from '../../../text/file-name.ts';
import { MarkedText } from '../../../ui/marked-text.tsx';
import { FileTile } from '../../../ui/file-tile.tsx';
import {
  type LoadedMedia,
  loadMedia,
  type MediaFailure,
  useLoadedMedia,
  useMediaStore,
} from '../../../state/media/media-store.ts';
import { useIsBegun } from '../../../state/media/begun.ts';
import { mediaKey, useTransfer } from '../../../state/media/transfer-store.ts';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import css from './file-bubble.module.css';

const FAILURE: Record<MediaFailure, PlainKey> = {
  network: 'error.network',
  missing: 'media.missing',
  refused: 'media.loadRefused',
  cancelled: 'media.cancelled',
};

/** The file of a message: what it is, how far it is, and what can be done with it next. */
export function FileBubble({ message, query, tabIndex, meta }: MediaBubbleProps & { query: string }) {
  const t = useT();
  const { channel, key, content } = message;
  const media = useLoadedMedia(channel, key);
  const transfer = useTransfer(channel, key);
  useAutoLoad(message, media);
  if (content.kind !== 'file') return null;
  const uploading = isUploading(message);
  const running = uploading || media?.state === 'loading' || transfer !== undefined;
  const failed = !running && media?.state === 'failed' ? media.reason : null;
  const { head, tail } = splitName(content.name);
  // Where the middle of a very long name is left out, places in the name are none of the two parts.
  const hits = head + tail === content.name ? hitRanges(content.name, queryPhrases(query)) : [];
  const inTail = hits.map(([start, end]): TextRange => [start - head.length, end - head.length]);
  return (
    <div
      className={css['file']}
      data-testid="file"
      data-state={stateOf(running, media?.state)}
      {...dragOut(message)}
    >
      <FileTile name={content.name} className={css['fileTile']} />
      <span className={css['fileName']} title={isolated(content.name)}>
        <span className={css['fileHead']}>
          <MarkedText text={head} ranges={hits} />
        </span>
        <span>
          <MarkedText text={tail} ranges={inTail} />
        </span>
      </span>
      <span className={css['fileSub']}>
        <span className={cx('ellipsis', failed !== null && css['fileFailed'])}>
          {failed !== null
            ? t(FAILURE[failed])
            : running && transfer && transfer.doneBytes > 0
              ? t('media.progress', { a: byteSize(transfer.doneBytes), b: byteSize(content.size) })
              : byteSize(content.size)}
        </span>
        {meta}
      </span>
      {running && (
        <progress
          className={css['fileProgress']}
          aria-label={t(uploading ? 'media.uploading' : 'media.downloading')}
          max={1}
          value={shareOf(transfer) ?? undefined}
        />
      )}
      {/* Over the whole tile, under the buttons. */}
      <button
        type="button"
        className={css['fileMain']}
        tabIndex={tabIndex}
        aria-label={t(mainLabel(message, media))}
        onClick={() => openMedia(message)}
      />
      <span className={css['fileActions']}>
        <FileActions message={message} running={running} uploading={uploading} tabIndex={tabIndex} />
      </span>
    </div>
  );
}

/** The rules load it as soon as it is seen, and what was begun goes on. */
function useAutoLoad({ channel, key, content, own }: MessageView, media: LoadedMedia | undefined): void {
  const { autoLoadFiles, autoLoadMb } = useSettings();
  const size = content.kind === 'file' ? content.size : 0;
  const isBegun = useIsBegun(channel, key);
  const byRule = autoLoadFiles && !own && size <= autoLoadMb * 1024 * 1024;
  const wanted = media === undefined && (isBegun || byRule);
  useEffect(() => {
    if (wanted) void loadMedia(channel, key);
  }, [channel, key, wanted]);
}

function stateOf(running: boolean, state: LoadedMedia['state'] | undefined): string {
  return running ? 'running' : (state ?? 'remote');
}

function FileActions({
  message,
  running,
  uploading,
  tabIndex,
}: {
  message: MessageView;
  running: boolean;
  uploading: boolean;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const { channel, key } = message;
  const media = useLoadedMedia(channel, key);
  const saved = useMediaStore((state) => state.saved.has(mediaKey(channel, key)));
  const look = { size: 28, iconSize: 16, tabIndex } as const;
  if (running) {
    return (
      <IconButton
        {...look}
        icon={X}
        label={t(uploading ? 'media.cancelUpload' : 'media.cancelDownload')}
        onClick={() => cancelTransfer(message)}
      />
    );
  }
  if (saved) {
    return (
      <IconButton
        {...look}
        icon={FolderOpen}
        label={t('media.show')}
        onClick={() => void showSaved(message)}
      />
    );
  }
  if (media?.state === 'ready') {
    // The tile saves what is only saved.
    if (burns(message) || media.onlySaved) return null;
    return (
      <IconButton
        {...look}
        icon={Download}
        label={t('media.saveAs')}
        onClick={() => void saveMedia(message)}
      />
    );
  }
  // The whole tile is that button: a second one of the same name would only be one more stop.
  const failed = media?.state === 'failed';
  if (message.own && !failed) return null;
  return (
    <span className={css['mark']}>
      <Icon of={failed ? RotateCcw : Download} size={16} />
    </span>
  );
}

/** What a click on the tile does. */
function mainLabel(message: MessageView, media: LoadedMedia | undefined): PlainKey {
  if (media?.state === 'failed') return 'media.reload';
  if (media?.state !== 'ready') return message.own ? 'media.open' : 'media.download';
  return media.onlySaved && !burns(message) ? 'media.saveAs' : 'media.open';
}
