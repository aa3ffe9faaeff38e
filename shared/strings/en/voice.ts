import type { voice as chinese } from '../zh/voice.ts';
import type { Texts } from '../texts.ts';

export const voice = {
  'voice.name': { one: 'Voice message, {n} second', other: 'Voice message, {n} seconds' },
  'voice.comma': ', ',
  'voice.unplayed': 'not played',
  'voice.play': 'Play',
  'voice.pause': 'Pause',
  'voice.stopLoading': 'Stop loading',
  'voice.again': 'Load again',
  'voice.speed': 'Speed {n}x',
  'voice.place': 'Position',
  'voice.close': 'Stop playing',
  'voice.of': 'Voice message of {name}',
  'voice.show': 'Show this voice message',
  'voice.failed': 'Voice not downloaded',
  'voice.expired': 'Voice expired',
  'voice.cannot': 'Cannot play this format',
  'voice.gone': 'This voice message was recalled; playback stopped',
} as const satisfies Texts<typeof chinese>;
