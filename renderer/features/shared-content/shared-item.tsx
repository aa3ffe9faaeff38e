import { Download, ImageDown, ImageOff, Link2, LocateFixed, Pause, Play, RotateCcw, X } from 'lucide-react';
import { isolated } from '../../../shared/display-name.ts';
import { findLinks } from '../../../shared/find-links.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { byteSize, countdown, fullTime, listTime, playTime } from '../../i18n/time-format.ts';
import { useForgetting } from '../../state/forget.ts';
import { dragOut } from '../../state/media/drag-out.ts';
import { cancelTransfer, openMedia, saveMedia } from '../../state/media/media-actions.ts';
import { loadMedia, useLoadedMedia } from '../../state/media/media-store.ts';
import { useSeenPicture } from '../../state/media/seen-picture.ts';
import { openViewer } from '../../state/media/viewer-store.ts';
import { useShared } from '../../state/messages/shared-store.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { toggleVoice, usePlaying, useVoiceFailure } from '../../state/voice/voice-player.ts';
import { openLink } from '../../state/window/open-link.ts';
import { VOICE_FAILURES } from '../../text/voice-failure.ts';
import { splitName } from '../../text/file-name.ts';
import { FileTile, Tile } from '../../ui/file-tile.tsx';
import { FilmMark } from '../../ui/film-mark.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { MovingImage } from '../../ui/moving-image.tsx';
import { locate } from './locate.ts';
import css from './shared-content.module.css';

interface ItemProps {
  message: MessageView;
  tabIndex: 0 | -1;
}

/** One item: a square of the grid (`tile` px wide), or a row. */
export function SharedItem({
  itemKey,
  tile,
  tabIndex,
}: {
  itemKey: string;
  tile: number | null;
  tabIndex: 0 | -1;
}) {
  const message = useShared((state) => state.items.find(({ key }) => key === itemKey));
  useForgetting();
  if (!message) return null;
  const { kind } = message.content;
  if (tile !== null) return <Picture message={message} tile={tile} tabIndex={tabIndex} />;
  if (kind === 'file') return <FileItem message={message} tabIndex={tabIndex} />;
  if (kind === 'text') return <LinkItem message={message} tabIndex={tabIndex} />;
  return <VoiceItem message={message} tabIndex={tabIndex} />;
}

function Picture({ message, tile, tabIndex }: ItemProps & { tile: number }) {
  const t = useT();
  const language = useLanguage();
  const { channel, key, content, fromName, timestamp } = message;
  const isImage = content.kind === 'image';
  const { media, broken } = useSeenPicture(channel, key);
  const time = fullTime(language, timestamp * 1000);
  const open = (): void => {
    if (!isImage) openViewer(message, 'shared');
    else if (media?.state === 'failed') void loadMedia(channel, key, { asked: true });
    else if (media?.state === 'held' || media?.state === 'foreign' || media?.state === 'hidden')
      openMedia(message);
    else openViewer(message, 'shared');
  };
  return (
    <button
      type="button"
      data-shared-key={key}
      data-testid="shared-picture"
      data-state={media?.state ?? 'none'}
      tabIndex={tabIndex}
      className={css['tile']}
      style={{ width: tile, height: tile }}
      {...dragOut(message)}
      aria-label={t(isImage ? 'shared.picture' : 'shared.video', { name: fromName, time })}
      onClick={open}
    >
      {media?.state === 'ready' && media.src !== '' && (
        <MovingImage
          src={media.src}
          loopMs={media.loopMs}
          plays={isImage ? 'runs' : 'never'}
          className={css['image']}
          onBroken={broken}
        />
      )}
      {!isImage && <FilmMark size={16} />}
      {content.kind === 'video' && content.seconds > 0 && (
        <span className={css['length']}>{playTime(content.seconds)}</span>
      )}
      {isImage && media?.state === 'failed' && <Icon of={RotateCcw} size={20} />}
      {isImage && (media?.state === 'foreign' || media?.state === 'hidden') && (
        <Icon of={ImageOff} size={20} />
      )}
      {isImage && media?.state === 'held' && <Icon of={ImageDown} size={20} />}
    </button>
  );
}

/** A row: a sign, two lines, and at most one button at its end. */
function Row({
  message,
  tabIndex,
  sign,
  title,
  words,
  detail,
  end,
  onOpen,
}: ItemProps & {
  sign: React.ReactNode;
  title: React.ReactNode;
  /** The title for readers and the tooltip. */
  words: string;
  detail: React.ReactNode;
  end?: React.ReactNode;
  onOpen: () => void;
}) {
  return (
    <div className={css['row']} {...dragOut(message)}>
      {sign}
      <span className={css['title']}>{title}</span>
      <span className={`${css['detail'] ?? ''} ellipsis`}>{detail}</span>
      <button
        type="button"
        data-shared-key={message.key}
        data-testid="shared-row"
        tabIndex={tabIndex}
        className={css['main']}
        title={isolated(words)}
        aria-label={words}
        onClick={onOpen}
      />
      {end !== undefined && <span className={css['endButton']}>{end}</span>}
    </div>
  );
}

function useWhen({ timestamp }: MessageView): string {
  const t = useT();
  const language = useLanguage();
  return listTime(language, timestamp * 1000, serverNow(), t('flow.yesterday'));
}

function FileItem({ message, tabIndex }: ItemProps) {
  const t = useT();
  const when = useWhen(message);
  const { channel, key, content } = message;
  const media = useLoadedMedia(channel, key);
  if (content.kind !== 'file') return null;
  const { head, tail } = splitName(content.name);
  const loading = media?.state === 'loading';
  const failed = media?.state === 'failed';
  const look = { size: 28, iconSize: 16, tabIndex } as const;
  return (
    <Row
      message={message}
      tabIndex={tabIndex}
      sign={<FileTile name={content.name} className={css['sign']} />}
      title={
        <>
          <span className={css['head']}>{head}</span>
          <span>{tail}</span>
        </>
      }
      words={content.name}
      detail={
        <>
          {byteSize(content.size)}
          <i className="dot-separator" />
          <bdi>{message.fromName}</bdi>
          <i className="dot-separator" />
          {when}
        </>
      }
      onOpen={() => openMedia(message)}
      end={
        loading ? (
          <IconButton
            {...look}
            icon={X}
            label={t('media.cancelDownload')}
            onClick={() => cancelTransfer(message)}
          />
        ) : failed ? (
          <IconButton
            {...look}
            icon={RotateCcw}
            label={t('media.reload')}
            onClick={() => void loadMedia(channel, key, { asked: true })}
          />
        ) : (
          <IconButton
            {...look}
            icon={Download}
            label={t('media.saveAs')}
            onClick={() => void saveMedia(message)}
          />
        )
      }
    />
  );
}

/** Links of a text that are looked for: one is shown, the others are counted. */
const COUNTED = 20;

function LinkItem({ message, tabIndex }: ItemProps) {
  const t = useT();
  const when = useWhen(message);
  const { content } = message;
  if (content.kind !== 'text') return null;
  const [link, ...others] = findLinks(content.text, COUNTED);
  if (!link) return null;
  return (
    <Row
      message={message}
      tabIndex={tabIndex}
      sign={
        <Tile className={css['sign']}>
          <Icon of={Link2} />
        </Tile>
      }
      title={
        <span className={css['head']} dir="ltr">
          {link.shown}
        </span>
      }
      words={link.shown}
      detail={
        <>
          <bdi>{message.fromName}</bdi>
          <i className="dot-separator" />
          {when}
          {others.length > 0 && (
            <>
              <i className="dot-separator" />
              {t('shared.more', { n: others.length })}
            </>
          )}
        </>
      }
      onOpen={() => openLink(link.href)}
      end={
        <IconButton
          size={28}
          iconSize={16}
          tabIndex={tabIndex}
          icon={LocateFixed}
          label={t('shared.locate')}
          onClick={() => locate(message)}
        />
      }
    />
  );
}

function VoiceItem({ message, tabIndex }: ItemProps) {
  const t = useT();
  const when = useWhen(message);
  const playing = usePlaying(message.channel, message.key);
  const failure = useVoiceFailure(message.channel, message.key);
  const { content } = message;
  if (content.kind !== 'voice') return null;
  const words = t('shared.voiceSeconds', { t: countdown(content.seconds * 1000) });
  const isSounding = playing?.state === 'playing';
  return (
    <Row
      message={message}
      tabIndex={tabIndex}
      sign={
        <Tile className={css['sign']}>
          <Icon of={isSounding ? Pause : Play} />
        </Tile>
      }
      title={<span className={css['head']}>{words}</span>}
      words={`${t(isSounding ? 'voice.pause' : 'voice.play')}${t('voice.comma')}${words}`}
      detail={
        <>
          <bdi>{message.fromName}</bdi>
          <i className="dot-separator" />
          {failure === undefined ? when : t(VOICE_FAILURES[failure])}
        </>
      }
      onOpen={() => toggleVoice(message)}
      end={
        <IconButton
          size={28}
          iconSize={16}
          tabIndex={tabIndex}
          icon={LocateFixed}
          label={t('shared.locate')}
          onClick={() => locate(message)}
        />
      }
    />
  );
}
