/** Why a voice message is not heard. */
import type { PlainKey } from '../../shared/strings/index.ts';

export type VoiceFailure = 'network' | 'missing' | 'format';

export const VOICE_FAILURES: Record<VoiceFailure, PlainKey> = {
  network: 'voice.failed',
  missing: 'voice.expired',
  format: 'voice.cannot',
};
