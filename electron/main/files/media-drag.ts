/**
 * The file of a message is dragged out of the window: a copy under its own name, which goes with the message and some
 * time after the drag. The page says when the button is up: a drag begins only while somebody holds it.
 */
import { app, BrowserWindow, nativeImage, type NativeImage } from 'electron';
import type { ChannelRef } from '../../../shared/domain.ts';
import { markAsReceived } from '../../core/media/received-mark.ts';
import type { MediaSource } from './media-source.ts';

interface Held {
  channel: ChannelRef;
  key: string;
}

export class MediaDrag {
  readonly #options: MediaSource;
  /** What the button is held on; null = nothing. */
  #held: Held | null = null;

  constructor(options: MediaSource) {
    this.#options = options;
  }

  /** false: it took longer than the button was held. @throws the refusal of the worker (recalled, burns …). */
  async start(
    channel: ChannelRef,
    key: string,
    account: string | null = null,
  ): Promise<{ started: boolean }> {
    const { file, window } = this.#options;
    const held = { channel, key };
    this.#held = held;
    const { path } = await file(channel, key, 'drag', account);
    await markAsReceived(path);
    const icon = await iconOf(path);
    // Last: until now it may have been recalled, and its copy with it.
    await file(channel, key, 'save', account);
    // A chat may have a window of its own: it is the one somebody holds the button in.
    const contents = (BrowserWindow.getFocusedWindow() ?? window())?.webContents;
    if (this.#held !== held || !contents) return { started: false };
    this.#held = null;
    contents.startDrag({ file: path, icon });
    return { started: true };
  }

  end(): void {
    this.#held = null;
  }
}

const SIDE = 32;

/** What the system shows for such a file. An empty one is refused by macOS. */
async function iconOf(path: string): Promise<NativeImage> {
  const icon = await app.getFileIcon(path, { size: 'normal' }).catch(() => null);
  if (icon && !icon.isEmpty()) return icon;
  return nativeImage.createFromBitmap(Buffer.alloc(SIDE * SIDE * 4, 0x99), { width: SIDE, height: SIDE });
}
