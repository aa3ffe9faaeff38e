import { Lock, Mic, Pause, Play, Send, Square, Trash2, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { wavOf } from '../../../../shared/content/samples.ts';
import { FULL_BAR } from '../../../../shared/content/waveform.ts';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { playTime } from '../../../i18n/time-format.ts';
import { Sound } from '../../../state/voice/sound.ts';
import {
  cancelRecording,
  discardPreview,
  keepRecording,
  LAST_SECONDS,
  lockRecording,
  type Preview,
  previewSamples,
  type Recording,
  sendRecording,
  startRecording,
  stopRecording,
  useRecorder,
} from '../../../state/voice/voice-recorder.ts';
import { useReducedMotion } from '../../../ui/use-media.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import css from './voice-panel.module.css';

const LONGEST_SECONDS = 60;
/** Of the meter; the oldest leave it on the left. */
const METER_BARS = 160;
/** px. */
const HIGHEST = 26;
const LOWEST = 3;
const TICK_MS = 100;

/** Something is recorded in this chat, or was and waits: the panel stands where words are written. */
export const useVoiceOpen = (channel: ChannelRef): boolean => {
  const key = channelKey(channel);
  return useRecorder(({ previews, recording }) => recording?.key === key || previews[key] !== undefined);
};

/** In place of the text field while a voice message is recorded, and until what was recorded is sent or thrown away. */
export function VoicePanel({ channel }: { channel: ChannelRef }) {
  const key = channelKey(channel);
  const recording = useRecorder((state) => (state.recording?.key === key ? state.recording : null));
  const preview = useRecorder((state) => state.previews[key]);
  if (recording) return <RecordingCard channel={channel} recording={recording} />;
  return preview ? <PreviewCard channel={channel} preview={preview} /> : null;
}

function RecordingCard({ channel, recording }: { channel: ChannelRef; recording: Recording }) {
  const t = useT();
  const key = channelKey(channel);
  const card = useFocused();
  // The chat is left, or nothing may be sent to it any more: what was said until now waits there.
  useEffect(
    () => () => {
      if (useRecorder.getState().recording?.key === key) stopRecording();
    },
    [key],
  );
  const { askedToCancel, levels, locked, seconds, state } = recording;
  const left = Math.ceil(LONGEST_SECONDS - seconds);
  const late = left <= LAST_SECONDS;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') cancelRecording(true);
    else if (event.target !== event.currentTarget) return;
    else if (event.key === ' ') lockRecording();
    else if (event.key === 'Enter') void sendRecording(channel);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a group that holds the focus, with keys of its own
    <div
      ref={card}
      role="group"
      aria-label={t('voice.recording')}
      tabIndex={-1}
      className={css['card']}
      data-testid="voice-recording"
      data-state={state}
      data-region-entry
      onKeyDown={onKeyDown}
    >
      <div className={css['row']}>
        <i className={css['dot']} aria-hidden="true" />
        <span className={cx(css['seconds'], late && css['late'])}>{playTime(seconds)}</span>
        {state === 'asking' ? (
          <span className={css['hint']}>{t('voice.asking')}</span>
        ) : (
          <Meter levels={levels} />
        )}
        {late && <span className={css['left']}>{t('voice.left', { n: left })}</span>}
      </div>
      <div className={css['row']}>
        <Button
          size="small"
          variant="dangerText"
          icon={locked ? Trash2 : X}
          onClick={() => cancelRecording(locked)}
        >
          {t(locked ? 'voice.cancel' : 'voice.slide')}
        </Button>
        <span className={css['middle']}>
          <Icon of={Lock} size={14} />
          <span className="ellipsis">{t(locked ? 'voice.locked' : 'voice.lockHint')}</span>
        </span>
        {locked ? (
          <>
            <Button size="small" icon={Square} disabled={state === 'asking'} onClick={() => stopRecording()}>
              {t('voice.stop')}
            </Button>
            <Button
              size="small"
              variant="primary"
              icon={Send}
              disabled={state === 'asking'}
              onClick={() => void sendRecording(channel)}
            >
              {t('composer.send')}
            </Button>
          </>
        ) : (
          <span className={css['held']} aria-hidden="true">
            <Icon of={Mic} />
          </span>
        )}
      </div>
      {askedToCancel && (
        <ConfirmDialog
          title={t('voice.dropTitle')}
          confirmLabel={t('voice.drop')}
          danger
          onConfirm={() => cancelRecording()}
          onCancel={keepRecording}
        />
      )}
    </div>
  );
}

/** How loud it is; a number for whom nothing should move. */
function Meter({ levels }: { levels: readonly number[] }) {
  const t = useT();
  const still = useReducedMotion();
  if (still) {
    return (
      <span className={css['hint']}>{t('voice.level', { n: Math.round((levels.at(-1) ?? 0) * 100) })}</span>
    );
  }
  const shown = levels.slice(-METER_BARS);
  const first = levels.length - shown.length;
  return (
    <span className={cx(css['bars'], css['meter'])} aria-hidden="true">
      {shown.map((level, at) => (
        <i key={first + at} style={{ height: Math.max(LOWEST, Math.min(1, level) * HIGHEST) }} />
      ))}
    </span>
  );
}

function PreviewCard({ channel, preview }: { channel: ChannelRef; preview: Preview }) {
  const t = useT();
  const card = useFocused();
  const { at, isSounding, toggle } = usePreviewSound(channel);
  const { bars, seconds, sending } = preview;
  const share = seconds > 0 ? at / seconds : 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === ' ') toggle();
    else if (event.key === 'Enter') void sendRecording(channel);
    else return;
    event.preventDefault();
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
    <div
      ref={card}
      role="group"
      aria-label={t('voice.preview')}
      tabIndex={-1}
      className={css['card']}
      data-testid="voice-preview"
      data-region-entry
      onKeyDown={onKeyDown}
    >
      <div className={css['row']}>
        <IconButton
          icon={isSounding ? Pause : Play}
          label={t(isSounding ? 'voice.pause' : 'voice.play')}
          className={css['play']}
          onClick={toggle}
        />
        <span className={cx(css['bars'], css['whole'])} aria-hidden="true">
          {bars.map((bar, index) => (
            <i
              // oxlint-disable-next-line react/no-array-index-key -- a bar is its place
              key={index}
              className={cx((index + 0.5) / bars.length <= share && css['heard'])}
              style={{ height: Math.max(LOWEST, (bar / FULL_BAR) * HIGHEST) }}
            />
          ))}
        </span>
        <span className={css['time']}>{`${playTime(at)} / ${playTime(seconds)}`}</span>
      </div>
      <div className={css['row']}>
        <Button
          size="small"
          variant="dangerText"
          icon={Trash2}
          disabled={sending}
          onClick={() => discardPreview(channel)}
        >
          {t('voice.delete')}
        </Button>
        <Button size="small" icon={Mic} disabled={sending} onClick={() => void startRecording(channel, true)}>
          {t('voice.rerecord')}
        </Button>
        <span className={css['middle']} />
        <Button
          size="small"
          variant="primary"
          icon={Send}
          busy={sending}
          onClick={() => void sendRecording(channel)}
        >
          {t('composer.send')}
        </Button>
      </div>
    </div>
  );
}

/** The focus was in what this took the place of. */
function useFocused() {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (document.querySelector('[aria-modal="true"]') === null) card.current?.focus();
  }, []);
  return card;
}

function usePreviewSound(channel: ChannelRef) {
  const sound = useRef<Sound | null>(null);
  const [at, setAt] = useState(0);
  const [isSounding, setSounding] = useState(false);
  useEffect(() => {
    if (!isSounding) return undefined;
    const timer = setInterval(() => setAt(sound.current?.at ?? 0), TICK_MS);
    return () => clearInterval(timer);
  }, [isSounding]);
  useEffect(() => () => sound.current?.end(), []);
  const toggle = (): void => {
    const pcm = previewSamples(channel);
    if (isSounding) sound.current?.pause();
    else if (sound.current) sound.current.play();
    else if (pcm) {
      const over = (): void => {
        sound.current?.end();
        sound.current = null;
        setSounding(false);
        setAt(0);
      };
      sound.current = new Sound(
        { mime: 'audio/wav', bytes: wavOf(pcm) },
        { onPlaying: setSounding, onEnded: over, onBroken: over },
      );
      sound.current.play();
    }
  };
  return { at, isSounding, toggle };
}
