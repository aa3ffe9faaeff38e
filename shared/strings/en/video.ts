import type { video as chinese } from '../zh/video.ts';
import type { Texts } from '../texts.ts';

export const video = {
  'video.name': 'Video',
  'video.player': 'Video player',
  'video.open': 'Play video',
  'video.foreignHere': 'This video is on another site, click to load',
  'video.failed': 'Video not downloaded',
  'video.again': 'Download again',
  'video.cannot': 'Cannot play this format',
  'video.openOutside': 'Open with another program',
  'video.play': 'Play',
  'video.pause': 'Pause',
  'video.seek': 'Position',
  'video.seekAt': '{a} of {b}',
  'video.volume': 'Volume',
  'video.mute': 'Mute',
  'video.unmute': 'Unmute',
  'video.speed': 'Speed {n}x',
  'video.fullScreen': 'Full screen',
  'video.leaveFullScreen': 'Leave full screen',
  'video.previous': 'Previous',
  'video.next': 'Next',
  'video.first': 'This is the first one',
  'video.last': 'This is the last one',
  'video.gone': 'This video was recalled; playback stopped',
  'video.bytes': '{a} / {b}',
} as const satisfies Texts<typeof chinese>;
