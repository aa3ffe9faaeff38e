import { useEffect } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { startRecording, stopRecording, useRecorder } from '../../../state/voice/voice-recorder.ts';
import { pressedShortcut } from '../../../state/window/keys.ts';
import { useLatest } from '../../../ui/use-latest.ts';

/** The key that begins a recording in the open chat, and stops it; not below a dialog. */
export function useVoiceKey(channel: ChannelRef, disabled: boolean): void {
  const run = useLatest(() => {
    if (useRecorder.getState().recording?.key === channelKey(channel)) stopRecording();
    else if (!disabled) void startRecording(channel, true);
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (pressedShortcut(event)?.id !== 'voice') return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      event.preventDefault();
      run.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [run]);
}
