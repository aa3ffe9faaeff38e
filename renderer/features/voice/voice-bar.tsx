import { Pause, Play, X } from 'lucide-react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { playTime } from '../../i18n/time-format.ts';
import { useSettings } from '../../state/session/settings.ts';
import { nextSpeed, seekVoice, stopVoice, togglePlaying, useVoice } from '../../state/voice/voice-player.ts';
import { jumpTo } from '../../state/window/ui-store.ts';
import { IsolatedText } from '../../ui/bdi.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Slider } from '../../ui/slider.tsx';
import css from './voice-bar.module.css';

/** A voice message of another chat that is heard: who speaks, how far it is. Under the head of the chat. */
export function VoiceBar({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const playing = useVoice((state) => state.playing);
  const { voiceSpeed } = useSettings();
  if (!playing || channelKey(playing.channel) === channelKey(channel)) return null;
  const { at, fromName, length, messageSeq, state } = playing;
  const name = t('voice.of', { name: fromName });
  return (
    <section className={css['bar']} aria-label={name} data-testid="voice-bar">
      <IconButton
        size={28}
        iconSize={16}
        icon={state === 'playing' ? Pause : Play}
        label={t(state === 'playing' ? 'voice.pause' : 'voice.play')}
        // Not `disabled`: it may have the focus, and has something to do again in a moment.
        aria-busy={state === 'loading' || undefined}
        onClick={() => state !== 'loading' && togglePlaying()}
      />
      <button
        type="button"
        className={`${css['who'] ?? ''} ellipsis`}
        title={t('voice.show')}
        disabled={messageSeq === 0}
        onClick={() => jumpTo(playing.channel, messageSeq)}
      >
        <IsolatedText of={{ key: 'voice.of', params: { name: fromName } }} />
      </button>
      <Slider
        className={css['track']}
        aria-label={t('voice.place')}
        aria-valuetext={`${playTime(at)} / ${playTime(length)}`}
        min={0}
        max={Math.max(1, length)}
        step={1}
        value={at}
        disabled={state === 'loading'}
        onChange={({ currentTarget }) => seekVoice(Number(currentTarget.value))}
      />
      <span className={css['time']}>{`${playTime(at)} / ${playTime(length)}`}</span>
      <button
        type="button"
        className={css['speed']}
        aria-label={t('voice.speed', { n: voiceSpeed })}
        onClick={nextSpeed}
      >
        {voiceSpeed}x
      </button>
      <IconButton size={28} iconSize={16} icon={X} label={t('voice.close')} onClick={stopVoice} />
    </section>
  );
}
