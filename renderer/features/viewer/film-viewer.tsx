import { Download, ExternalLink, Forward, Play, RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { entryOfKey } from '../../../shared/content/history-content.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { filmStopped, loadFilm, useFilm } from '../../state/media/films.ts';
import { cancelTransfer, openOutside, saveMedia } from '../../state/media/media-actions.ts';
import type { Film } from '../../state/media/media-store.ts';
import { useSeenPicture } from '../../state/media/seen-picture.ts';
import { isUploading, shareOf } from '../../state/media/transfers.ts';
import { useTransfer } from '../../state/media/transfer-store.ts';
import { askForFilm, closeViewer, useViewer, type Viewing } from '../../state/media/viewer-store.ts';
import { burns } from '../../state/messages/flames.ts';
import { startForward } from '../../state/messages/forward-store.ts';
import {
  beginFilm,
  changeSpeed,
  FILM_STEP_SECONDS,
  setVolume,
  stepFilm,
  toggleFilm,
  toggleMute,
  useFilmPlayer,
  VOLUME_STEP,
} from '../../state/video/film-player.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { MovingImage } from '../../ui/moving-image.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TransferRing } from '../../ui/transfer-ring.tsx';
import { FilmControls } from './film-controls.tsx';
import { toggleFullScreen } from './full-screen.ts';
import { GoneFilm } from './gone-film.tsx';
import { useShown, ViewerFrame } from './viewer-frame.tsx';
import css from './film-viewer.module.css';

/** The player: a film in the viewer, with its controls. */
export function FilmViewer() {
  const shown = useShown('video');
  const gone = useViewer((state) => state.gone);
  if (gone) return <GoneFilm key={gone.key} />;
  return shown && <Player {...shown} />;
}

function Player({ viewing, message }: { viewing: Viewing; message: MessageView }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { channel, content, key } = message;
  const film = useFilm(channel, key);
  const known = film?.state;
  // It came by itself: neither loaded nor played before somebody asks for it.
  const waits = viewing.isUnasked;
  useEffect(() => {
    if (waits) return;
    if (known === undefined || known === 'here' || known === 'held') void loadFilm(channel, key, false);
  }, [channel, key, known, waits]);
  const transfer = useTransfer(channel, key);
  const { seconds, size } = content.kind === 'video' ? content : { seconds: 0, size: 0 };
  const bytes =
    film?.state === 'ready' && transfer?.totalBytes
      ? t('video.bytes', { a: byteSize(transfer.doneBytes), b: byteSize(transfer.totalBytes) })
      : size > 0
        ? byteSize(size)
        : '';
  return (
    <ViewerFrame
      box={box}
      viewing={viewing}
      message={message}
      label={t('video.player')}
      testId="film-viewer"
      state={waits ? 'waits' : (known ?? 'none')}
      words="video"
      details={
        bytes !== '' && (
          <>
            <i className="dot-separator" />
            {bytes}
          </>
        )
      }
      tools={<Tools message={message} />}
      foot={
        <FilmControls
          box={box}
          isReady={film?.state === 'ready' && !waits}
          said={seconds}
          start={waits ? askForFilm : null}
        />
      }
      onKey={(pressed, event) => filmKey(pressed, event, box.current, waits ? askForFilm : toggleFilm)}
    >
      {waits ? (
        <Poster message={message} />
      ) : film?.state === 'ready' ? (
        <Screen key={film.src} src={film.src} onBroken={() => void filmStopped(channel, key, film.src)} />
      ) : (
        <Meanwhile message={message} film={film} />
      )}
    </ViewerFrame>
  );
}

/** Whether the key did something. */
function filmKey(key: string, event: KeyboardEvent, box: HTMLElement | null, toggle: () => void): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const target = event.target as HTMLElement;
  // A button is pressed by it; every other key means the film, whatever has the focus.
  if (key === ' ' && target !== box && target.closest('button')) return false;
  const step = { ArrowLeft: -FILM_STEP_SECONDS, ArrowRight: FILM_STEP_SECONDS }[event.key];
  const louder = { ArrowUp: VOLUME_STEP, ArrowDown: -VOLUME_STEP }[event.key];
  if (step !== undefined) stepFilm(step);
  else if (louder !== undefined) setVolume(useFilmPlayer.getState().volume + louder);
  else if (key === ' ' || key === 'k') toggle();
  else if (key === 'm') toggleMute();
  else if (key === 'f') void toggleFullScreen(box);
  else if (event.key === '<' || event.key === '>') changeSpeed(event.key === '<' ? -1 : 1);
  else return false;
  return true;
}

function Tools({ message }: { message: MessageView }) {
  const t = useT();
  return (
    <>
      {!burns(message) && message.messageId !== null && entryOfKey(message.key) === null && (
        <IconButton
          icon={Forward}
          label={t('menu.forward')}
          onClick={() => {
            closeViewer();
            startForward(message.channel, [message]);
          }}
        />
      )}
      {!burns(message) && !isUploading(message) && (
        <IconButton icon={Download} label={t('media.saveAs')} onClick={() => void saveMedia(message)} />
      )}
    </>
  );
}

/** The film itself. */
function Screen({ src, onBroken }: { src: string; onBroken: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const broken = useRef(onBroken);
  useLayoutEffect(() => {
    broken.current = onBroken;
  });
  const isWaiting = useFilmPlayer((state) => state.isWaiting);
  useLayoutEffect(() => {
    if (!box.current) return undefined;
    return beginFilm(box.current, src, () => broken.current());
  }, [src]);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- by keys: Space */}
      <div ref={box} className={css['film']} onClick={toggleFilm} />
      {isWaiting && <Spinner size={32} className={css['waiting']} />}
    </>
  );
}

/** Its picture before it plays; nothing where it has none. */
function Cover({ message: { channel, key } }: { message: MessageView }) {
  const { media: cover, broken } = useSeenPicture(channel, key);
  if (cover?.state !== 'ready' || cover.src === '') return null;
  return (
    <MovingImage
      src={cover.src}
      loopMs={cover.loopMs}
      plays="never"
      className={css['cover']}
      onBroken={broken}
    />
  );
}

/** A film that nobody asked for yet: it stands still. */
function Poster({ message }: { message: MessageView }) {
  const t = useT();
  return (
    <>
      <Cover message={message} />
      <button
        type="button"
        className={css['start']}
        aria-label={t('video.open')}
        data-testid="film-start"
        onClick={askForFilm}
      >
        <Icon of={Play} size={20} />
      </button>
    </>
  );
}

/** Before there is a film: its cover, how far it is loaded, or why it is not there. */
function Meanwhile({ message, film }: { message: MessageView; film: Film | undefined }) {
  const t = useT();
  const transfer = useTransfer(message.channel, message.key);
  return (
    <>
      <Cover message={message} />
      {film?.state === 'failed' || film?.state === 'foreign' ? (
        <NotThere message={message} film={film} />
      ) : (
        <span className={css['loading']}>
          <TransferRing
            share={shareOf(transfer)}
            label={t('media.downloading')}
            cancel={t('media.cancelDownload')}
            tabIndex={0}
            onCancel={() => {
              cancelTransfer(message);
              closeViewer();
            }}
          />
          {transfer !== undefined && transfer.totalBytes !== null && (
            <span>
              {t('video.bytes', { a: byteSize(transfer.doneBytes), b: byteSize(transfer.totalBytes) })}
            </span>
          )}
        </span>
      )}
    </>
  );
}

function NotThere({
  message,
  film,
}: {
  message: MessageView;
  film: Extract<Film, { state: 'failed' | 'foreign' }>;
}) {
  const t = useT();
  const load = (): void => void loadFilm(message.channel, message.key, true);
  if (film.state === 'foreign')
    return (
      <div className={css['note']} role="status">
        <button type="button" onClick={load}>
          <Icon of={Download} size={20} />
          {t('video.foreignHere')}
        </button>
      </div>
    );
  const cannot = film.reason === 'format';
  return (
    <div className={css['note']} role="status" data-testid="film-failed">
      <p>{t(cannot ? 'video.cannot' : film.reason === 'missing' ? 'media.missing' : 'video.failed')}</p>
      {cannot && !burns(message) && (
        <>
          <button type="button" onClick={() => void openOutside(message)}>
            <Icon of={ExternalLink} size={18} />
            {t('video.openOutside')}
          </button>
          <button type="button" onClick={() => void saveMedia(message)}>
            <Icon of={Download} size={18} />
            {t('media.saveAs')}
          </button>
        </>
      )}
      {!cannot && (
        <button type="button" onClick={load}>
          <Icon of={RotateCcw} size={18} />
          {t('video.again')}
        </button>
      )}
    </div>
  );
}
