/** What is shown of a sticker: its bytes are looked at before anybody draws, whatever their name says. */
import type { StickerArt } from '../../../shared/ipc/contract/stickers.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import type { Log } from '../api/http.ts';
import { readDrawing } from '../drawings/drawing.ts';
import { Refused } from '../drawings/drawing-numbers.ts';

export const NO_ART: StickerArt = { url: '' };

/** A picture as it is; of a drawing what was written anew of it; nothing of anything else. */
export async function artOf(bytes: Uint8Array, log: Log): Promise<StickerArt> {
  const header = await pictureHeaderOf(async (offset, length) => bytes.subarray(offset, offset + length));
  if (header) {
    if (!header.showable) return NO_ART;
    const { loopMs, type } = header;
    return {
      url: `data:${type.mime};base64,${Buffer.from(bytes).toString('base64')}`,
      ...(loopMs !== undefined && { loopMs }),
    };
  }
  try {
    return { url: '', ...(await readDrawing(bytes)) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    log('info', `a sticker is not shown: ${error.message}`);
    return NO_ART;
  }
}
