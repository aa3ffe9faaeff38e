/** The picture of a group made of its members' pictures, as TSDD's server makes one for a new group. */
import { ChannelType } from '../../../shared/domain.ts';
import { call } from '../../state/bridge.ts';
import { pagePath } from '../../state/media/media-store.ts';
import { avatarHue, avatarInitial } from '../../ui/avatar-look.ts';
import { AVATAR_SIDE } from '../../ui/crop-picture.ts';

export const MOST_FACES = 9;
const GAP = 12;

export interface Face {
  id: string;
  name: string;
}

interface Tile {
  x: number;
  y: number;
  side: number;
}

/** Where `count` tiles stand in a square: rows of at most three, the first one the short one, all centred. Pure. */
export function mosaicTiles(count: number, width: number): Tile[] {
  const n = Math.min(count, MOST_FACES);
  if (n === 0) return [];
  const columns = n === 1 ? 1 : n <= 4 ? 2 : 3;
  const side = (width - GAP * (columns + 1)) / columns;
  const first = n % columns || columns;
  const rows = [first, ...Array.from({ length: (n - first) / columns }, () => columns)];
  const height = rows.length * side + (rows.length - 1) * GAP;
  const top = (width - height) / 2;
  return rows.flatMap((inRow, row) => {
    const left = (width - (inRow * side + (inRow - 1) * GAP)) / 2;
    return Array.from({ length: inRow }, (_, at) => ({
      x: left + at * (side + GAP),
      y: top + row * (side + GAP),
      side,
    }));
  });
}

async function pictureOf(url: string): Promise<HTMLImageElement | null> {
  if (url === '') return null;
  const image = new Image();
  image.src = pagePath(url);
  try {
    await image.decode();
    return image.naturalWidth > 0 ? image : null;
  } catch {
    // The letter stands for it.
    return null;
  }
}

/** A JPEG of `AVATAR_SIDE` px: of who has no picture the letter on their colour. */
export async function mosaicOf(people: readonly Face[]): Promise<Uint8Array<ArrayBuffer>> {
  const faces = people.slice(0, MOST_FACES);
  const channels = faces.map(({ id }) => ({ channelId: id, channelType: ChannelType.person }));
  const views = channels.length === 0 ? [] : await call('avatars.get', { channels });
  const urls = new Map(views.map(({ channel, url }) => [channel.channelId, url]));
  const pictures = await Promise.all(faces.map(({ id }) => pictureOf(urls.get(id) ?? '')));
  const canvas = new OffscreenCanvas(AVATAR_SIDE, AVATAR_SIDE);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#dfe6e4';
  context.fillRect(0, 0, AVATAR_SIDE, AVATAR_SIDE);
  context.imageSmoothingQuality = 'high';
  for (const [index, { x, y, side }] of mosaicTiles(faces.length, AVATAR_SIDE).entries()) {
    const picture = pictures[index];
    const { id, name } = faces[index] ?? { id: '', name: '' };
    if (picture) {
      const from = Math.min(picture.naturalWidth, picture.naturalHeight);
      const left = (picture.naturalWidth - from) / 2;
      context.drawImage(picture, left, (picture.naturalHeight - from) / 2, from, from, x, y, side, side);
      picture.removeAttribute('src');
    } else {
      context.fillStyle = `hsl(${avatarHue(id)} 44% 42%)`;
      context.fillRect(x, y, side, side);
      context.fillStyle = '#fff';
      context.font = `600 ${Math.round(side * 0.42)}px system-ui, sans-serif`;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.fillText(avatarInitial(name), x + side / 2, y + side / 2 + side * 0.03);
    }
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return new Uint8Array(await blob.arrayBuffer());
}
