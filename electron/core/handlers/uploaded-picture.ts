/** Pictures of people and groups on their way to the server. */
import { CodedError } from '../../../shared/ipc/result.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';

/** What every client of TSDD can draw, and its server can put into the picture of a group. */
const UPLOADED_TYPES = ['image/jpeg', 'image/png'];
/** What phones show as a sticker. */
export const STICKER_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * The type of the picture, by its first bytes.
 *
 * @throws CodedError badArgument when it is none that the server takes.
 */
export async function uploadedType(
  bytes: Uint8Array,
  types: readonly string[] = UPLOADED_TYPES,
): Promise<string> {
  const header = await pictureHeaderOf((offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length)),
  );
  if (!header?.showable || !types.includes(header.type.mime))
    throw new CodedError('badArgument', 'this is no picture that the server takes', 'bytes');
  return header.type.mime;
}
