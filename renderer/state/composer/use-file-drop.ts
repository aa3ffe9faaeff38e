/** Files dragged over the window: the message pane and the rows of the list take them, nothing else does. */
import { type DragEvent, useEffect, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { isOwnDrag } from '../media/drag-out.ts';
import { attachFiles } from './attachment-store.ts';
import { filesOf } from './attachments.ts';

/**
 * A dialog is over everything: what is dropped there is meant for nobody (React's events pass through it to the pane).
 */
const modalOpen = (): boolean => document.querySelector('[aria-modal="true"]') !== null;

const hasFiles = (event: { dataTransfer: DataTransfer | null }): boolean =>
  !isOwnDrag() && (event.dataTransfer?.types.includes('Files') ?? false);

interface DropHandlers {
  onDragOver: (event: DragEvent) => void;
  onDragLeave: (event: DragEvent) => void;
  onDrop: (event: DragEvent) => void;
}

/**
 * A place that takes dragged files. `channelAt` says whose they would be at the place of the event; null = none here.
 * `over` is what it said last, while files are dragged over the place.
 */
export function useFileDrop(
  channelAt: (event: DragEvent) => ChannelRef | null,
  onDropped: (channel: ChannelRef) => void,
): { over: ChannelRef | null; handlers: DropHandlers } {
  const [over, setOver] = useState<ChannelRef | null>(null);
  useRefusalElsewhere();
  return {
    over,
    handlers: {
      onDragOver: (event) => {
        const channel = hasFiles(event) && !modalOpen() ? channelAt(event) : null;
        setOver(channel);
        if (!channel) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDragLeave: (event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(null);
      },
      onDrop: (event) => {
        setOver(null);
        const channel = hasFiles(event) && !modalOpen() ? channelAt(event) : null;
        if (!channel) return;
        event.preventDefault();
        const { files, folders } = filesOf(event.dataTransfer);
        onDropped(channel);
        void attachFiles(channel, files, folders);
      },
    },
  };
}

/** Without this the window would try to show a file that is dropped beside the places that take it. */
function useRefusalElsewhere(): void {
  useEffect(() => {
    const onDragOver = (event: globalThis.DragEvent): void => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'none';
    };
    const onDrop = (event: globalThis.DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
}
