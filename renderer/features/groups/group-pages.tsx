import { useEffect, useRef } from 'react';
import { type ChannelInfoView, channelKey, type ChannelRef, Role } from '../../../shared/domain.ts';
import { type PlainKey, useT } from '../../i18n/i18n.ts';
import { useChannelInfo } from '../../state/session/session-store.ts';
import { useWideWindow } from '../../state/window/media-query.ts';
import { type GroupPage, openInfoPage, setInfoOpen } from '../../state/window/ui-store.ts';
import { SidePane } from '../../ui/side-pane.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { CodePage } from './code-page.tsx';
import { LookPage } from './look-page.tsx';
import { NicknamePage } from './nickname-page.tsx';
import { NoticePage } from './notice-page.tsx';
import { PeoplePage, type PeopleTab } from './people-page.tsx';
import { RecallsPage } from './recalls-page.tsx';
import { RequestsPage } from './requests-page.tsx';
import { TransferPage } from './transfer-page.tsx';

const TITLES: Record<GroupPage, PlainKey> = {
  notice: 'group.notice',
  look: 'grp.look',
  nickname: 'grp.nickname',
  requests: 'grp.requests',
  managers: 'grp.peopleTitle',
  muted: 'grp.peopleTitle',
  blacklist: 'grp.peopleTitle',
  recalls: 'grp.recalls',
  transfer: 'grp.transfer',
  code: 'grp.code',
};

const isTab = (page: GroupPage): page is PeopleTab =>
  page === 'managers' || page === 'muted' || page === 'blacklist';

/** Who may open a page: the others never see the way to it. */
export function mayOpen(page: GroupPage, role: Role | null): boolean {
  switch (page) {
    case 'transfer':
    case 'managers':
      return role === Role.owner;
    case 'look':
    case 'requests':
    case 'muted':
    case 'blacklist':
    case 'recalls':
      return role === Role.owner || role === Role.manager;
    default:
      return role !== null;
  }
}

/** A page of the group's info: back leads to it, and so does losing the right to be here. */
export function GroupPages({ channel, page }: { channel: ChannelRef; page: GroupPage }) {
  const t = useT();
  const wide = useWideWindow();
  const info = useChannelInfo(channelKey(channel));
  const lost = info !== undefined && !mayOpen(page, info.myRole);
  /** I am giving the right away myself. */
  const given = useRef(false);
  useEffect(() => {
    if (!lost) return;
    openInfoPage('info');
    if (!given.current) showToast({ text: t('grp.lost') });
  }, [lost, t]);
  return (
    <SidePane
      title={t(TITLES[page])}
      docked={wide}
      onClose={() => setInfoOpen(false)}
      onBack={() => openInfoPage('info')}
    >
      {info && !lost ? (
        <Page
          key={isTab(page) ? 'people' : page}
          info={info}
          page={page}
          onGiving={(giving) => {
            given.current = giving;
          }}
        />
      ) : (
        <SkeletonRows rows={5} />
      )}
    </SidePane>
  );
}

function Page({
  info,
  page,
  onGiving,
}: {
  info: ChannelInfoView;
  page: GroupPage;
  onGiving: (giving: boolean) => void;
}) {
  switch (page) {
    case 'notice':
      return <NoticePage info={info} />;
    case 'look':
      return <LookPage info={info} />;
    case 'nickname':
      return <NicknamePage info={info} />;
    case 'requests':
      return <RequestsPage channel={info.channel} />;
    case 'managers':
    case 'muted':
    case 'blacklist':
      return <PeoplePage info={info} tab={page} />;
    case 'recalls':
      return <RecallsPage channel={info.channel} />;
    case 'transfer':
      return <TransferPage info={info} onGiving={onGiving} />;
    case 'code':
      return <CodePage info={info} />;
    default:
      return page satisfies never;
  }
}
