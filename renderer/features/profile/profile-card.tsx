import { Copy, Ellipsis, MessageSquare, Search, UserPlus } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { ChannelType, channelKey } from '../../../shared/domain.ts';
import type { ProfileView } from '../../../shared/ipc/contract/people.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { lastSeen } from '../../i18n/time-format.ts';
import { Newest } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useMe, useSession } from '../../state/session/session-store.ts';
import {
  closeProfile,
  openChannel,
  openSettings,
  type ProfileRequest,
  setChatSearchOpen,
  useUi,
} from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { Popover } from '../../ui/popover.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AddFriendForm } from './add-friend-form.tsx';
import { CommonGroups } from './common-groups.tsx';
import { ProfileMenu } from './profile-menu.tsx';
import { ProfileQuestion, type Question } from './profile-questions.tsx';
import { RemarkField } from './remark-field.tsx';
import css from './profile-card.module.css';

/** Somebody's card, over whatever names them (more.md 7). A question that it asks takes its place. */
export function ProfileCard({ request }: { request: ProfileRequest }) {
  const t = useT();
  const [question, setQuestion] = useState<{ kind: Question; profile: ProfileView } | null>(null);
  const { profile, refresh } = useProfile(request);
  // A card may have brought a code along, and be recalled.
  useForgetting();
  if (question)
    return <ProfileQuestion kind={question.kind} profile={question.profile} onClose={closeProfile} />;
  const name = profile ? profile.remark || profile.name : '';
  return (
    <Popover
      label={profile ? t('prof.card', { name }) : t('person.info')}
      anchor={request.anchor}
      className={css['card']}
      onClose={closeProfile}
    >
      {profile ? (
        <Content
          request={request}
          profile={profile}
          onChanged={refresh}
          onAsk={(kind) => setQuestion({ kind, profile })}
        />
      ) : (
        <SkeletonRows rows={3} />
      )}
    </Popover>
  );
}

/** Read when it is opened, and again whenever the core says that the person changed. */
function useProfile({ uid, groupNo }: ProfileRequest): { profile: ProfileView | null; refresh: () => void } {
  const [profile, setProfile] = useState<ProfileView | null>(null);
  const [newest] = useState(() => new Newest());
  const info = useSession((state) =>
    state.infos.get(channelKey({ channelId: uid, channelType: ChannelType.person })),
  );
  const load = useCallback(async () => {
    const isNewest = newest.ask();
    const done = await attempt(async () => {
      const answer = await call('people.profile', { uid, ...(groupNo === null ? {} : { groupNo }) });
      if (isNewest()) setProfile(answer);
    });
    if (!done && useUi.getState().profile?.uid === uid) closeProfile();
  }, [uid, groupNo, newest]);
  useEffect(() => {
    void load();
  }, [load]);
  const live = profile &&
    info && {
      ...profile,
      online: info.online,
      lastOffline: info.lastOffline,
      muted: info.muted,
      friend: info.friend,
    };
  return { profile: live ?? profile, refresh: () => void load() };
}

function Content({
  request,
  profile,
  onChanged,
  onAsk,
}: {
  request: ProfileRequest;
  profile: ProfileView;
  onChanged: () => void;
  onAsk: (kind: Question) => void;
}) {
  const t = useT();
  const me = useMe();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const channel = { channelId: profile.uid, channelType: ChannelType.person };
  const self = me?.uid === profile.uid;
  const openChat = (search: boolean): void => {
    closeProfile();
    openChannel(channel, { focusComposer: !search });
    if (search) setChatSearchOpen(true);
  };
  return (
    <>
      <Head profile={profile} />
      {!self && profile.friend && <RemarkField key={profile.remark} profile={profile} onSaved={onChanged} />}
      {!self && profile.groups.length > 0 && <CommonGroups groups={profile.groups} />}
      {profile.blocked && <p className={css['note']}>{t('prof.blocked')}</p>}
      {profile.stale && <p className={css['note']}>{t('prof.stale')}</p>}
      {self ? (
        <Button
          className={css['wide']}
          onClick={() => {
            closeProfile();
            openSettings('account');
          }}
        >
          {t('prof.edit')}
        </Button>
      ) : profile.destroyed && !profile.friend ? null : (
        <div className={css['actions']}>
          {profile.friend ? (
            <>
              <Button
                variant="primary"
                icon={MessageSquare}
                className={css['wide']}
                onClick={() => openChat(false)}
              >
                {t('contacts.message')}
              </Button>
              <IconButton icon={Search} label={t('prof.search')} onClick={() => openChat(true)} />
            </>
          ) : (
            <AddFriendForm uid={profile.uid} vercode={request.vercode || profile.vercode} icon={UserPlus} />
          )}
          <IconButton
            icon={Ellipsis}
            label={t('prof.more')}
            aria-haspopup="menu"
            aria-expanded={menu !== null}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              setMenu({ x: box.right, y: box.bottom + 4, avoid: box });
            }}
          />
        </div>
      )}
      {menu && (
        <ProfileMenu
          profile={profile}
          anchor={menu}
          onClose={() => setMenu(null)}
          onChanged={onChanged}
          onAsk={onAsk}
        />
      )}
    </>
  );
}

function Head({ profile }: { profile: ProfileView }) {
  const t = useT();
  const language = useLanguage();
  const shown = profile.remark || profile.name;
  const facts = [
    profile.remark ? t('prof.name', { name: profile.name }) : '',
    profile.groupName && profile.groupName !== shown ? t('prof.groupName', { name: profile.groupName }) : '',
    profile.sex === 'unsaid' ? '' : t(`prof.${profile.sex}`),
  ].filter(Boolean);
  const device = useSession(
    (state) =>
      state.infos.get(channelKey({ channelId: profile.uid, channelType: ChannelType.person }))?.device,
  );
  const seen = profile.destroyed
    ? t('person.goneLine')
    : profile.online
      ? t(device ? `seen.${device}` : 'chat.personOnline')
      : lastSeen(language, profile.lastOffline * 1000, serverNow(), t);
  const copy = (): void =>
    void attempt(async () => {
      await call('shell.copyText', { text: profile.shortNo });
      showToast({ text: t('prof.copied'), tone: 'success' });
    });
  return (
    <div className={css['head']}>
      <Avatar
        id={profile.uid}
        name={shown}
        size={64}
        online={profile.online && !profile.destroyed}
        gone={profile.destroyed ?? false}
      />
      <div className={css['words']}>
        <h2 className={css['name']}>
          <bdi>{shown}</bdi>
        </h2>
        {facts.length > 0 && (
          <div className={css['fact']}>
            <bdi>{facts.join(' · ')}</bdi>
          </div>
        )}
        {profile.shortNo && (
          <div className={cx(css['fact'], css['number'])}>
            <span>{t('prof.shortNo', { no: profile.shortNo })}</span>
            <IconButton icon={Copy} label={t('prof.copyNo')} size={28} iconSize={14} onClick={copy} />
          </div>
        )}
        {seen && (
          <div className={cx(css['fact'], profile.online && !profile.destroyed && css['online'])}>{seen}</div>
        )}
      </div>
    </div>
  );
}
