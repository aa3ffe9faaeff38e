import { Lock } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import {
  channelKey,
  type ChannelRef,
  type ComposerBlock,
  type ConnectionState,
} from '../../../shared/domain.ts';
import type { ReadOnlyReason } from '../../../shared/ipc/contract/storage.ts';
import { type PlainKey, useT } from '../../i18n/i18n.ts';
import { useChannelInfo, useSession } from '../../state/session/session-store.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './composer-blocked.module.css';

const BLOCK_TEXT: Record<ComposerBlock, PlainKey> = {
  muted: 'composer.mutedMe',
  mutedAll: 'composer.muted',
  left: 'composer.left',
  disbanded: 'composer.disbanded',
  blocked: 'composer.blocked',
  kicked: 'composer.kicked',
  readOnly: 'composer.readonly',
};
const READ_ONLY_TEXT: Record<ReadOnlyReason, PlainKey> = {
  diskFull: 'composer.diskFull',
  notWritable: 'composer.notWritable',
  newerData: 'composer.newerData',
};

/** Why nothing can be sent to a conversation; null = it can. */
export function useComposerBlock(channel: ChannelRef): ComposerBlock | null {
  const info = useChannelInfo(channelKey(channel));
  const kicked = useSession((state) => state.connection.state === 'kicked');
  const readOnly = useSession((state) => state.readOnly);
  return info?.composerBlock ?? (kicked ? 'kicked' : readOnly ? 'readOnly' : null);
}

function textOf(
  block: ComposerBlock,
  readOnly: ReadOnlyReason | null,
  connection: ConnectionState,
): PlainKey {
  if (block === 'readOnly' && readOnly) return READ_ONLY_TEXT[readOnly];
  if (block !== 'kicked' || connection.state !== 'kicked') return BLOCK_TEXT[block];
  return connection.banned ? 'conn.banned' : connection.quit ? 'composer.quit' : 'composer.kicked';
}

/** One line with the reason in place of the composer. */
export function ComposerBlocked({ block }: { block: ComposerBlock }) {
  const t = useT();
  const readOnly = useSession((state) => state.storage.readOnly);
  const connection = useSession((state) => state.connection);
  const line = useRef<HTMLOutputElement>(null);
  useLayoutEffect(() => {
    // The input may just have gone with the focus in it.
    if (document.activeElement === document.body) line.current?.focus();
  }, []);
  return (
    <output
      ref={line}
      className={css['blocked']}
      tabIndex={-1}
      data-testid="composer-blocked"
      data-block={block}
    >
      <Icon of={Lock} size={14} />
      {t(textOf(block, readOnly, connection))}
    </output>
  );
}
