/** Bytes across the border between page and main process, both ways, more at once than any other answer is long. */
import type { ChannelRef } from '../../shared/domain.ts';
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import { expect, test } from '../fixtures/test.ts';

const MIB = 1024 * 1024;

test('an image of 8 MiB goes out in pieces and is shown whole; its address shows nothing but that', async ({
  world,
  openWindow,
}) => {
  const { page } = await openWindow(world.alice);
  const channel: ChannelRef = { channelId: world.bob.uid, channelType: 1 };
  const shown = await page.evaluate(
    async ([to, size, piece]) => {
      const { wukong } = window as unknown as { wukong: WukongBridge };
      // oxlint-disable-next-line unicorn/consistent-function-scoping -- runs in the page, where nothing of this file is
      const value = <T>(result: { ok: true; value: T } | { ok: false; message: string }): T => {
        if (!result.ok) throw new Error(result.message);
        return result.value;
      };
      const canvas = new OffscreenCanvas(7, 5);
      canvas.getContext('2d')?.fillRect(0, 0, 3, 3);
      const png = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      // What follows its end belongs to no image, and decoders leave it alone.
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
      bytes.set(png);
      const begun = { channel: to, name: 'large.png', size, mime: 'image/png' };
      const { id } = value(await wukong.invoke('attachments.begin', begun));
      for (let offset = 0; offset < size; offset += piece) {
        const part = bytes.slice(offset, offset + piece);
        const { received } = value(await wukong.invoke('attachments.append', { id, offset, bytes: part }));
        if (received !== Math.min(size, offset + piece)) throw new Error(`${received} bytes received`);
      }
      const [message] = value(
        await wukong.invoke('messages.sendAttachments', {
          channel: to,
          items: [{ attachmentId: id, kind: 'image', width: 7, height: 5 }],
          text: '',
          mention: { all: false, uids: [] },
          replyToMessageId: null,
        }),
      );
      if (!message) throw new Error('no message');
      const loaded = value(await wukong.invoke('media.load', { channel: to, key: message.key }));
      const image = new Image();
      image.src = loaded.url.replace('app://wukong', '');
      await image.decode();
      const stranger = new Image();
      stranger.src = `/media/${'0'.repeat(32)}`;
      const refused = await stranger.decode().then(
        () => false,
        () => true,
      );
      return { bytes: loaded.bytes, width: image.naturalWidth, height: image.naturalHeight, refused };
    },
    [channel, 8 * MIB, MIB] as const,
  );
  expect(shown).toEqual({ bytes: 8 * MIB, width: 7, height: 5, refused: true });
});
