/** What the panels of stickers and of GIFs do alike: where the focus is, what closes them, how one is sent. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { type ChannelRef, channelKey } from '../../../../shared/domain.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { cancelReply, useComposer } from '../../../state/composer/composer-store.ts';
import { sendSticker } from '../../../state/composer/sticker-store.ts';
import { usePressElsewhere } from '../../../ui/use-press-elsewhere.ts';

export interface StickerPanelKeys {
  root: RefObject<HTMLDivElement | null>;
  /** With the reply that is being written; whether it was sent. */
  send: (sticker: StickerView) => Promise<boolean>;
  /** Whether the key was Esc, which closes the panel. */
  closedBy: (event: KeyboardEvent) => boolean;
}

/** The first sticker has the focus when it opens. `covered`: a dialog is over it, a press there does not close it. */
export function useStickerPanel(
  channel: ChannelRef,
  onClose: () => void,
  { covered = false } = {},
): StickerPanelKeys {
  const root = useRef<HTMLDivElement>(null);
  const reply = useComposer((state) => state.writings[channelKey(channel)]?.reply);
  usePressElsewhere(root, () => !covered && onClose(), {
    isPart: (element) => element.closest('[data-emoji-button]') !== null,
  });
  useEffect(() => (root.current?.querySelector<HTMLElement>('[data-sticker]') ?? root.current)?.focus(), []);
  return {
    root,
    async send(sticker) {
      if (!(await sendSticker(channel, sticker, reply && !reply.gone ? reply.messageId : null))) return false;
      cancelReply(channel);
      return true;
    },
    closedBy(event) {
      if (event.key !== 'Escape') return false;
      event.preventDefault();
      event.stopPropagation();
      onClose();
      return true;
    },
  };
}
