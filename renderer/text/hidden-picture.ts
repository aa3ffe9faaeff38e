/** Why a picture is not shown, in words. Pure. */
import type { Translate } from '../i18n/i18n.ts';

export function hiddenPicture(
  { why, width, height }: { why: 'tooLarge' | 'unknown'; width: number; height: number },
  t: Translate,
): string {
  return why === 'tooLarge' ? t('media.pixels', { w: width, h: height }) : t('media.undisplayable');
}
