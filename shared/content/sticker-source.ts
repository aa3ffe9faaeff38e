/**
 * Stickers that were made of a message's picture say in their name which message that is, so that its recall takes
 * them, whoever learns of it and when: `sticker/…/<message id>-<random>.png` (docs/message-kinds.md).
 */

const NAME = /^(\d{1,19})-[0-9a-f]{32}\.[a-z]{1,5}$/;

export const nameOfStickerFrom = (messageId: string, random: string): string => `${messageId}-${random}`;

/** Id of the message that the sticker at this path was made of; null = of none. */
export function stickerSource(path: string): string | null {
  if (!path.includes('/sticker/')) return null;
  return NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? null;
}
