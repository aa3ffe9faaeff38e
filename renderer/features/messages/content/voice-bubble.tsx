import { Pause, Play, RotateCcw, TriangleAlert, X } from 'lucide-react';
import { type MouseEvent, useRef } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { playTime } from '../../../i18n/time-format.ts';
import { shareOf } from '../../../state/media/transfers.ts';
import { useTransfer } from '../../../state/media/transfer-store.ts';
import {
  nextSpeed,
  type Playing,
  seekVoice,
  toggleVoice,
  usePlaying,
  useVoiceFailure,
} from '../../../state/voice/voice-player.ts';
import { useSettings } from '../../../state/session/settings.ts';
import { VOICE_FAILURES, type VoiceFailure } from '../../../text/voice-failure.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { ProgressRing } from '../../../ui/progress-ring.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import { VoiceBars } from './voice-bars.tsx';
import css from './voice-bubble.module.css';

/** A voice message: its waveform, how far it was heard, and what can be done with it next. */
export function VoiceBubble({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const { channel, content, key, unplayed } = message;
  const playing = usePlaying(channel, key);
  const failure = useVoiceFailure(channel, key);
  if (content.kind !== 'voice') return null;
  const seconds = Math.round(content.seconds);
  const name = [t('voice.name', { n: seconds }), unplayed === true ? t('voice.unplayed') : ''];
  return (
    <div
      role="group"
      aria-label={name.filter(Boolean).join(t('voice.comma'))}
      className={css['voice']}
      data-testid="voice"
      data-state={playing?.state ?? failure ?? 'idle'}
    >
      <PlayButton message={message} playing={playing} failure={failure} tabIndex={tabIndex} />
      <Track content={content} playing={playing} onStart={() => toggleVoice(message)} />
      <span className={css['time']}>
        {playing && playing.state !== 'loading'
          ? `${playTime(playing.at)} / ${playTime(playing.length)}`
          : playTime(seconds)}
      </span>
      {playing && playing.state !== 'loading' && <SpeedChip tabIndex={tabIndex} />}
      {failure !== undefined && (
        <span className={css['failure']} data-testid="voice-failure">
          {t(VOICE_FAILURES[failure])}
        </span>
      )}
      {meta}
      {unplayed === true && <i className={css['dot']} data-testid="voice-unplayed" aria-hidden="true" />}
    </div>
  );
}

function PlayButton({
  message,
  playing,
  failure,
  tabIndex,
}: {
  message: MessageView;
  playing: Playing | null;
  failure: VoiceFailure | undefined;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const transfer = useTransfer(message.channel, message.key);
  const loading = playing?.state === 'loading';
  // What the server has no more, or nobody can play, is not asked for again.
  const over = failure === 'missing' || failure === 'format';
  const look = loading
    ? { icon: X, label: 'voice.stopLoading' as const }
    : failure !== undefined
      ? {
          icon: over ? TriangleAlert : RotateCcw,
          label: over ? VOICE_FAILURES[failure] : ('voice.again' as const),
        }
      : playing?.state === 'playing'
        ? { icon: Pause, label: 'voice.pause' as const }
        : { icon: Play, label: 'voice.play' as const };
  return (
    <button
      type="button"
      className={cx(css['play'], loading && css['loading'], failure !== undefined && css['broken'])}
      tabIndex={tabIndex}
      aria-label={t(look.label)}
      title={t(look.label)}
      disabled={over}
      onClick={() => toggleVoice(message)}
    >
      {loading && <Loading share={shareOf(transfer)} />}
      <Icon
        of={look.icon}
        size={loading ? 14 : 16}
        className={look.icon === Play || look.icon === Pause ? css['solid'] : undefined}
      />
    </button>
  );
}

function Loading({ share }: { share: number | null }) {
  if (share === null) return <Spinner size={32} className={css['ring']} />;
  return (
    <ProgressRing
      size={32}
      radius={14}
      share={share}
      className={css['ring']}
      trackClass={css['ringTrack']}
      partClass={css['ringDone']}
    />
  );
}

/** The bars; a click goes to that place. By keys: Left and Right on the message. */
function Track({
  content,
  playing,
  onStart,
}: {
  content: Extract<MessageView['content'], { kind: 'voice' }>;
  playing: Playing | null;
  onStart: () => void;
}) {
  const track = useRef<HTMLSpanElement>(null);
  const seek = (event: MouseEvent): void => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    if (playing && playing.state !== 'loading')
      seekVoice(((event.clientX - box.left) / box.width) * playing.length);
    else if (!playing) onStart();
  };
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- keys and readers have the button beside it
    <span ref={track} className={css['track']} onClick={seek}>
      <VoiceBars
        bars={content.bars ?? []}
        seconds={content.seconds}
        share={playing && playing.length > 0 ? playing.at / playing.length : 0}
      />
    </span>
  );
}

function SpeedChip({ tabIndex }: { tabIndex: 0 | -1 }) {
  const t = useT();
  const { voiceSpeed } = useSettings();
  return (
    <button
      type="button"
      className={css['speed']}
      tabIndex={tabIndex}
      aria-label={t('voice.speed', { n: voiceSpeed })}
      onClick={nextSpeed}
    >
      {voiceSpeed}x
    </button>
  );
}
