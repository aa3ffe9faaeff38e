import { useMedia } from '../../../state/window/media-query.ts';

/** Whether a picture at this address may move, and whoever looks wants nothing to: then its first frame is shown. */
export function useStill(url: string): boolean {
  const reduced = useMedia('(prefers-reduced-motion: reduce)');
  return reduced && /\.(?:gif|webp|a?png)$/i.test(url);
}
