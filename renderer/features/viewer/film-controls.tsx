import { Maximize, Minimize, Pause, Play, Volume2, VolumeX } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { playTime } from '../../i18n/time-format.ts';
import {
  changeSpeed,
  seekFilm,
  setVolume,
  toggleFilm,
  toggleMute,
  useFilmPlayer,
} from '../../state/video/film-player.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { toggleFullScreen } from './full-screen.ts';
import css from './film-controls.module.css';

/**
 * Under the film: play, where it is, how fast and how loud, full screen. `said`: seconds as the message has them;
 * `start`: it stands still until it is asked for, by this.
 */
export function FilmControls({
  box,
  isReady,
  said,
  start,
}: {
  box: RefObject<HTMLElement | null>;
  isReady: boolean;
  said: number;
  start: (() => void) | null;
}) {
  const t = useT();
  const { isPlaying, isMuted, volume, speed, at, length, buffered } = useFilmPlayer();
  const isFull = useFullScreen();
  const total = length > 0 ? length : said;
  return (
    <div className={css['controls']} data-testid="film-controls" aria-disabled={!isReady || undefined}>
      <IconButton
        icon={isPlaying ? Pause : Play}
        label={t(isPlaying ? 'video.pause' : 'video.play')}
        disabled={!isReady && start === null}
        onClick={start ?? toggleFilm}
      />
      <span className={css['time']} data-testid="film-time">
        {playTime(at)}
      </span>
      <input
        type="range"
        className={css['track']}
        style={
          {
            '--played': `${share(at, total) * 100}%`,
            '--buffered': `${share(buffered, total) * 100}%`,
          } as React.CSSProperties
        }
        min={0}
        max={total > 0 ? total : 1}
        step={0.1}
        value={Math.min(at, total)}
        disabled={!isReady}
        aria-label={t('video.seek')}
        aria-valuetext={t('video.seekAt', { a: playTime(at), b: playTime(total) })}
        onChange={({ currentTarget }) => seekFilm(Number(currentTarget.value))}
      />
      <span className={css['time']}>{playTime(total)}</span>
      <button
        type="button"
        className={css['speed']}
        aria-label={t('video.speed', { n: speed })}
        title={t('video.speed', { n: speed })}
        onClick={() => changeSpeed(1, true)}
      >
        {speed}x
      </button>
      <IconButton
        icon={isMuted ? VolumeX : Volume2}
        label={t(isMuted ? 'video.unmute' : 'video.mute')}
        keys="M"
        aria-pressed={isMuted}
        onClick={toggleMute}
      />
      <input
        type="range"
        className={css['volume']}
        style={{ '--played': `${(isMuted ? 0 : volume) * 100}%`, '--buffered': '0%' } as React.CSSProperties}
        min={0}
        max={1}
        step={0.05}
        value={isMuted ? 0 : volume}
        aria-label={t('video.volume')}
        onChange={({ currentTarget }) => setVolume(Number(currentTarget.value))}
      />
      <IconButton
        icon={isFull ? Minimize : Maximize}
        label={t(isFull ? 'video.leaveFullScreen' : 'video.fullScreen')}
        keys="F"
        onClick={() => void toggleFullScreen(box.current)}
      />
    </div>
  );
}

const share = (part: number, whole: number): number =>
  whole > 0 ? Math.max(0, Math.min(1, part / whole)) : 0;

function useFullScreen(): boolean {
  const [isFull, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const changed = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return isFull;
}
