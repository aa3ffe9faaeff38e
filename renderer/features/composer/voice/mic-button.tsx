import { Mic } from 'lucide-react';
import type { PointerEvent } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import {
  cancelRecording,
  lockRecording,
  sendRecording,
  startRecording,
  stopRecording,
  useRecorder,
} from '../../../state/voice/voice-recorder.ts';
import { useKeys } from '../../../state/window/keys.ts';
import { IconButton } from '../../../ui/icon-button.tsx';

/** A press that ends sooner is a click: the recording goes on by itself. */
const HOLD_MS = 300;
const CANCEL_PX = 80;
const LOCK_PX = 60;

/** Click: records until it is ended. Held: sent when it is let go; to the left it is not, up it goes on by itself. */
export function MicButton({ channel, why }: { channel: ChannelRef; why: string | null }) {
  const t = useT();
  const keys = useKeys();
  return (
    <IconButton
      icon={Mic}
      label={t('voice.record')}
      keys={[t('voice.recordHint'), keys('voice')].filter(Boolean).join(' · ')}
      why={why}
      data-testid="mic"
      onPointerDown={(event) => {
        if (event.button === 0 && why === null) hold(event, channel);
      }}
      // By keys; a pointer has begun it already.
      onClick={(event) => {
        if (event.detail === 0) void startRecording(channel, true);
      }}
    />
  );
}

const isHeld = (): boolean => useRecorder.getState().recording?.locked === false;

/** On the window: the button is not there while something is recorded. */
function hold(from: PointerEvent, channel: ChannelRef): void {
  const { clientX, clientY, pointerId } = from;
  const began = performance.now();
  const ends = new AbortController();
  const { signal } = ends;
  const on = (type: 'pointermove' | 'pointerup' | 'pointercancel', run: (event: MouseEvent) => void): void =>
    window.addEventListener(
      type,
      (event) => {
        if (event.pointerId !== pointerId) return;
        if (isHeld()) run(event);
        if (type !== 'pointermove' || !isHeld()) ends.abort();
      },
      { signal },
    );
  // The press itself would take the focus from what now stands here.
  window.addEventListener('mousedown', (event) => event.preventDefault(), { signal, capture: true });
  void startRecording(channel, false);
  on('pointermove', (event) => {
    if (clientX - event.clientX >= CANCEL_PX) cancelRecording();
    else if (clientY - event.clientY >= LOCK_PX) lockRecording();
  });
  on('pointerup', () => {
    if (performance.now() - began < HOLD_MS) lockRecording();
    else void sendRecording(channel);
  });
  on('pointercancel', () => stopRecording());
}
