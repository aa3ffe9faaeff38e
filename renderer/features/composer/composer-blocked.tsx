import { Lock } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import type { ChannelRef, ComposerBlock, ConnectionState } from '../../../shared/domain.ts';
import type { ReadOnlyReason } from '../../../shared/ipc/contract/storage.ts';
import { type PlainKey, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import type { MuteEnd } from '../../state/session/mute-end.ts';
import { useSession } from '../../state/session/session-store.ts';
import { BLOCK_TEXT } from '../../text/block-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import css from './composer-blocked.module.css';
import { isFocusFree } from '../../ui/focus-trap.ts';

const READ_ONLY_TEXT: Record<ReadOnlyReason, PlainKey> = {
  diskFull: 'composer.diskFull',
  notWritable: 'composer.notWritable',
  newerData: 'composer.newerData',
};

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
export function ComposerBlocked({
  channel,
  block,
  mute,
}: {
  channel: ChannelRef;
  block: ComposerBlock;
  mute: MuteEnd;
}) {
  const t = useT();
  const readOnly = useSession((state) => state.storage.readOnly);
  const connection = useSession((state) => state.connection);
  const line = useRef<HTMLOutputElement>(null);
  useLayoutEffect(() => {
    // The input may just have gone with the focus in it.
    if (isFocusFree(line.current)) line.current?.focus();
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
      {block === 'muted' && mute.state === 'muted' ? (
        // Said once, not each time that a second or minute is over.
        <>
          <span className="visually-hidden">{t('composer.mutedMe')}</span>
          <span aria-hidden="true">{t('grp.mutedMe', { t: mute.text })}</span>
        </>
      ) : block === 'muted' && mute.state === 'ending' ? (
        mute.text
      ) : (
        t(textOf(block, readOnly, connection))
      )}
      {block === 'blockedByMe' && (
        <TextButton
          onClick={() => void attempt(() => call('people.setBlocked', { uid: channel.channelId, on: false }))}
        >
          {t('prof.unblock')}
        </TextButton>
      )}
    </output>
  );
}
