import { ArrowLeft, UserPlus, Users, UsersRound } from 'lucide-react';
import { useId, useState } from 'react';
import { type ChannelInfoView, ChannelType, type ContactView, channelKey } from '../../../shared/domain.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { groupFacts, unlessSaid } from '../../state/session/chat-details.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSmallWindow } from '../../state/window/media-query.ts';
import { openChannel, openDialog } from '../../state/window/ui-store.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { personFacts } from '../../text/person-facts.ts';
import { toldApart } from '../../text/told-apart.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { GoneTag } from '../../ui/gone-tag.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ListPane } from '../../ui/list-pane.tsx';
import { MainRegion } from '../../ui/main-region.tsx';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { ContactCard } from './contact-card.tsx';
import { FriendRequests } from './friend-requests.tsx';
import { byLetter } from './letters.ts';
import { RovingList } from './roving-list.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import css from './contacts-page.module.css';

type Tab = 'friends' | 'groups' | 'requests';

/** Friends A-Z, groups, requests; the picked friend's card beside them. */
export function ContactsPage() {
  const t = useT();
  const panelId = useId();
  const requests = useSession((state) => state.friendRequests);
  const [tab, setTab] = useState<Tab>('friends');
  const [picked, setPicked] = useState<ContactView | null>(null);
  const tabs = [
    { id: 'friends', label: t('contacts.friends') },
    { id: 'groups', label: t('contacts.groups') },
    { id: 'requests', label: t('contacts.requests'), marked: requests > 0 },
  ] as const;
  const small = useSmallWindow();
  const card = tab === 'friends' ? picked : null;
  return (
    <>
      <ListPane
        className={css['pane']}
        hidden={small && card !== null}
        aria-label={t('contacts.title')}
        data-region="list"
      >
        <div className={css['head']}>
          <h1 className={css['title']}>{t('contacts.title')}</h1>
          <IconButton
            icon={UserPlus}
            label={t('contacts.add')}
            onClick={() => openDialog({ kind: 'addFriend' })}
          />
        </div>
        <SegmentedTabs
          label={t('contacts.title')}
          tabs={tabs}
          selected={tab}
          onSelect={setTab}
          panelId={panelId}
        />
        <div id={panelId} role="tabpanel" className={css['panel']}>
          {tab === 'friends' && <Friends picked={picked} onPick={setPicked} />}
          {tab === 'groups' && <Groups />}
          {tab === 'requests' && <FriendRequests />}
        </div>
      </ListPane>
      {!(small && card === null) && (
        <MainRegion label={t('contacts.title')} className={css['main']}>
          {small && (
            <div className={css['back']}>
              <IconButton icon={ArrowLeft} label={t('action.back')} onClick={() => setPicked(null)} />
            </div>
          )}
          {card ? <ContactCard contact={card} /> : <EmptyState icon={Users} text={t('contacts.pick')} />}
        </MainRegion>
      )}
    </>
  );
}

function Friends({ picked, onPick }: { picked: ContactView | null; onPick: (contact: ContactView) => void }) {
  const t = useT();
  const { contacts, failed } = useContacts();
  if (contacts === null) {
    return failed ? <EmptyState icon={UsersRound} text={t('error.network')} /> : <SkeletonRows />;
  }
  if (contacts.length === 0) {
    return (
      <EmptyState
        icon={UsersRound}
        text={t('empty.contacts')}
        action={<Button onClick={() => openDialog({ kind: 'addFriend' })}>{t('contacts.add')}</Button>}
      />
    );
  }
  const details = toldApart(
    contacts.map((contact) => ({
      id: contact.uid,
      name: contact.remark || contact.name,
      facts: personFacts(t, contact),
    })),
  );
  return (
    <RovingList
      label={t('contacts.friends')}
      sections={byLetter(contacts).map((group) => ({
        title: group.letter,
        rows: group.contacts.map((contact) => {
          const name = contact.remark || contact.name;
          return {
            id: contact.uid,
            name,
            selected: contact.uid === picked?.uid,
            content: (
              <>
                <Avatar
                  id={contact.uid}
                  name={name}
                  size={36}
                  online={contact.online && !contact.destroyed}
                  gone={contact.destroyed ?? false}
                />
                <bdi className="ellipsis">{name}</bdi>
                <Detail text={details.get(contact.uid)} />
                {contact.destroyed && <GoneTag />}
                {contact.online && <span className="visually-hidden"> {t('chat.personOnline')}</span>}
              </>
            ),
            onOpen: () => onPick(contact),
          };
        }),
      }))}
    />
  );
}

function Detail({ text }: { text: string | undefined }) {
  return text === undefined ? null : <bdi className={cx('ellipsis', css['detail'])}>{text}</bdi>;
}

const loadGroups = () => call('groups.list', undefined);

function Groups() {
  const t = useT();
  const conversations = useSession((state) => state.conversations.size);
  // A group that came or went shows in the conversations.
  const loaded = useLoaded(loadGroups, conversations);
  const groups = loaded.failed ? [] : loaded.value;
  if (groups === null) return <SkeletonRows />;
  if (groups.length === 0) {
    return (
      <EmptyState
        icon={UsersRound}
        text={t('empty.groups')}
        action={<Button onClick={() => openDialog({ kind: 'newGroup' })}>{t('group.new.title')}</Button>}
      />
    );
  }
  const details = toldApart(
    groups.map((group) => ({
      id: channelKey(group.channel),
      name: group.name,
      facts: groupFacts(t, group),
    })),
  );
  return (
    <RovingList
      label={t('contacts.groups')}
      sections={sectionsOf(groups, t).map(({ title, of }) => ({
        title,
        rows: of.map((group) => ({
          id: channelKey(group.channel),
          name: group.name,
          selected: false,
          content: (
            <>
              <Avatar
                id={group.channel.channelId}
                name={group.name}
                channelType={ChannelType.group}
                size={36}
              />
              <bdi className="ellipsis">{group.name}</bdi>
              <Detail text={unlessSaid(details.get(channelKey(group.channel)), groupFacts(t, group))} />
              <span className={css['count']}>{groupFacts(t, group)}</span>
            </>
          ),
          onOpen: () => openChannel(group.channel, { focusComposer: true }),
        })),
      }))}
    />
  );
}

/** Those that were saved first; without any there is nothing to tell apart. */
function sectionsOf(
  groups: readonly ChannelInfoView[],
  t: Translate,
): { title: string | null; of: readonly ChannelInfoView[] }[] {
  const saved = groups.filter((group) => group.saved);
  const others = groups.filter((group) => !group.saved);
  if (saved.length === 0) return [{ title: null, of: groups }];
  return [
    { title: t('grp.savedTitle'), of: saved },
    ...(others.length > 0 ? [{ title: t('grp.othersTitle'), of: others }] : []),
  ];
}
