/** How what stands in an album is called: by its kind where all are of one. Pure. */
import type { MessageView } from '../../shared/domain.ts';

export type AlbumKinds = 'images' | 'videos' | 'media';

export function albumKinds(messages: readonly Pick<MessageView, 'content'>[]): AlbumKinds {
  const films = messages.filter(({ content }) => content.kind === 'video').length;
  if (films === 0) return 'images';
  return films === messages.length ? 'videos' : 'media';
}
