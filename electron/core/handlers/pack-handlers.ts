/** Packs of stickers (docs/sticker-packs.md). */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { packContract } from '../../../shared/ipc/contract/packs.ts';
import type { CoreContext } from './core-context.ts';

export function packHandlers({ packs }: CoreContext): Handlers<typeof packContract> {
  return {
    'packs.list': () => packs.list(),
    'packs.stickers': ({ category }) => packs.whole(category),
    'packs.store': ({ page }) => packs.store(page),
    'packs.search': ({ keyword, page }) => packs.search(keyword, page),
    async 'packs.add'({ category }) {
      await packs.add(category);
      return null;
    },
    async 'packs.remove'({ category }) {
      await packs.remove(category);
      return null;
    },
    async 'packs.order'({ categories }) {
      await packs.order(categories);
      return null;
    },
  };
}
