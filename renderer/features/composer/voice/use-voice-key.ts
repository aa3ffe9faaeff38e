import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { startRecording, stopRecording, useRecorder } from '../../../state/voice/voice-recorder.ts';
import { useChatCommand } from '../../../state/window/use-chat-command.ts';

/** The key that begins a recording in the open chat, and stops it. */
export function useVoiceKey(channel: ChannelRef, disabled: boolean): void {
  useChatCommand('voice', () => {
    if (useRecorder.getState().recording?.key === channelKey(channel)) stopRecording();
    else if (!disabled) void startRecording(channel, true);
  });
}
