/** Why nothing can be sent to a chat, in words. */
import type { ComposerBlock } from '../../shared/domain.ts';
import type { PlainKey } from '../i18n/i18n.ts';

export const BLOCK_TEXT: Record<ComposerBlock, PlainKey> = {
  muted: 'composer.mutedMe',
  blacklisted: 'grp.blacklistedMe',
  mutedAll: 'composer.muted',
  left: 'composer.left',
  disbanded: 'composer.disbanded',
  blocked: 'composer.blocked',
  blockedByMe: 'composer.blockedByMe',
  destroyed: 'person.goneComposer',
  kicked: 'composer.kicked',
  readOnly: 'composer.readonly',
};
