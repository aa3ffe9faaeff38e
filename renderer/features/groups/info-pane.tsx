import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type ChannelRef, ChannelType, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useWideWindow } from '../../state/window/media-query.ts';
import { setChannelInfo, setMembers, useChannelInfo } from '../../state/session/session-store.ts';
import { setInfoOpen } from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { GroupInfo } from './group-info.tsx';
import { PersonInfo } from './person-info.tsx';
import css from './info-pane.module.css';

/** What there is to know and to set about the open chat. Docked in wide windows, else over the chat; Esc closes it. */
export function InfoPane({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const wide = useWideWindow();
  const key = channelKey(channel);
  const info = useChannelInfo(key);
  const pane = useRef<HTMLElement>(null);
  const [opener] = useState(() => document.activeElement);
  const group = channel.channelType === ChannelType.group;

  useEffect(() => {
    let current = true;
    void attempt(async () => {
      const loaded = await call('channels.open', { channel });
      if (current) setChannelInfo(loaded);
      if (channel.channelType !== ChannelType.group) return;
      const members = await call('channels.members', { channel });
      if (current) setMembers(channel, members);
    });
    return () => {
      current = false;
    };
    // The key stands for the channel.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);

  // As an overlay it takes the focus; docked it does not get in the way.
  useLayoutEffect(() => {
    if (!wide) pane.current?.focus();
  }, [wide]);

  const close = (): void => {
    setInfoOpen(false);
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const title = t(group ? 'group.info' : 'person.info');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <aside
      ref={pane}
      tabIndex={-1}
      className={cx(css['pane'], !wide && css['overlay'])}
      aria-label={title}
      data-region="info"
      onKeyDown={onKeyDown}
    >
      <div className={css['head']}>
        <h2 className={css['title']}>{title}</h2>
        <IconButton icon={X} label={t('action.close')} onClick={close} />
      </div>
      <div className={css['body']}>
        {info ? group ? <GroupInfo info={info} /> : <PersonInfo info={info} /> : <SkeletonRows rows={5} />}
      </div>
    </aside>
  );
}
