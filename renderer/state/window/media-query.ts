import { useMedia } from '../../ui/use-media.ts';

/** ui.md 1: the info pane is docked from 1080 up, an overlay below. */
const WIDE = '(min-width: 1080px)';
export const useWideWindow = (): boolean => useMedia(WIDE);
export const isWideWindow = (): boolean => window.matchMedia(WIDE).matches;
/** One column at a time: the list, or what was chosen in it. So it is at 200 % in a window of 900. */
export const useSmallWindow = (): boolean => useMedia('(max-width: 639px)');
export const useNarrowWindow = (): boolean => useMedia('(max-width: 899px)');
