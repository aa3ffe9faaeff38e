import { useEffect } from 'react';
import { type ChannelRef, ChannelType, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useWideWindow } from '../../state/window/media-query.ts';
import { setChannelInfo, setMembers, useChannelInfo } from '../../state/session/session-store.ts';
import { setInfoOpen } from '../../state/window/ui-store.ts';
import { SidePane } from '../../ui/side-pane.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { GroupInfo } from './group-info.tsx';
import { PersonInfo } from './person-info.tsx';

/** What there is to know and to set about the open chat. */
export function InfoPane({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const wide = useWideWindow();
  const key = channelKey(channel);
  const info = useChannelInfo(key);
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

  return (
    <SidePane
      title={t(group ? 'group.info' : 'person.info')}
      docked={wide}
      onClose={() => setInfoOpen(false)}
    >
      {info ? group ? <GroupInfo info={info} /> : <PersonInfo info={info} /> : <SkeletonRows rows={5} />}
    </SidePane>
  );
}
