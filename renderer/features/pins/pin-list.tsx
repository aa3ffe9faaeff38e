import { X } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { mayPin, mayUnpinAll, type PinView } from '../../../shared/content/pin.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { useForgetting } from '../../state/forget.ts';
import { placeOf, setPin, showPin, usePins } from '../../state/messages/pins.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useChannelInfo } from '../../state/session/session-store.ts';
import { jumpTo } from '../../state/window/ui-store.ts';
import { contentLine } from '../../text/message-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { Popover } from '../../ui/popover.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { Pending } from './pending.tsx';
import css from './pin-list.module.css';
import { isFocusFree } from '../../ui/focus-trap.ts';

/** Everything that is pinned in a chat; a row leaves with its message. */
export function PinList({
  channel,
  anchor,
  onClose,
}: {
  channel: ChannelRef;
  anchor: MenuAnchor;
  onClose: () => void;
}) {
  const t = useT();
  const chat = usePins(channelKey(channel));
  useForgetting();
  const info = useChannelInfo(channelKey(channel));
  const [asking, setAsking] = useState(false);
  const rows = useRef<HTMLUListElement>(null);
  const { pins } = chat;
  useLayoutEffect(() => {
    // A row has left with the focus.
    if (isFocusFree(rows.current))
      rows.current?.querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
  });
  if (asking)
    return (
      <ConfirmDialog
        danger
        title={t('pin.clear.title', { n: pins.length })}
        confirmLabel={t('pin.clear')}
        onConfirm={async (isOpen) => {
          await call('messages.unpinAll', { channel });
          if (isOpen()) onClose();
        }}
        onCancel={onClose}
      >
        {t('pin.clear.body')}
      </ConfirmDialog>
    );
  return (
    <Popover label={t('pin.list')} anchor={anchor} className={css['list']} onClose={onClose}>
      <div className={css['head']}>
        <h2 className={css['title']}>{t('pin.count', { n: pins.length })}</h2>
        {info && mayUnpinAll(info) && (
          <TextButton onClick={() => setAsking(true)}>{t('pin.clear')}</TextButton>
        )}
      </div>
      <ul ref={rows} className={css['rows']}>
        {pins.map((pin, index) => (
          <Row
            key={pin.message.key}
            pin={pin}
            shown={index === placeOf(chat)}
            mayUnpin={info !== undefined && mayPin(info)}
            onOpen={onClose}
          />
        ))}
      </ul>
    </Popover>
  );
}

function Row({
  pin,
  shown,
  mayUnpin,
  onOpen,
}: {
  pin: PinView;
  shown: boolean;
  mayUnpin: boolean;
  onOpen: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const { message, pending } = pin;
  const { channel, key, fromUid, fromName, messageSeq } = message;
  return (
    <li className={css['row']} data-testid="pin-row" data-shown={shown ? '' : undefined}>
      <button
        type="button"
        className={css['open']}
        aria-current={shown ? 'true' : undefined}
        onClick={() => {
          showPin(channelKey(channel), key);
          onOpen();
          jumpTo(channel, messageSeq);
        }}
      >
        <Avatar id={fromUid} name={fromName} size={28} />
        <span className={css['words']}>
          <bdi className={`ellipsis ${css['who'] ?? ''}`}>{fromName}</bdi>
          <bdi className="ellipsis">{contentLine(message.content, language)}</bdi>
        </span>
        <span className={css['when']}>
          {pending && <Pending />}
          {listTime(language, message.timestamp * 1000, serverNow(), t('flow.yesterday'))}
        </span>
      </button>
      {mayUnpin && (
        <IconButton
          size={28}
          iconSize={16}
          icon={X}
          label={t('pin.unpin')}
          onClick={() => setPin({ channel, key }, false)}
        />
      )}
    </li>
  );
}
