import { Ellipsis, MicOff } from 'lucide-react';
import { useState } from 'react';
import type { ChannelInfoView, MemberView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useMuteEnd } from '../../state/session/mute-end.ts';
import { useMe } from '../../state/session/session-store.ts';
import { openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuAnchor } from '../../ui/menu.tsx';
import { RoleTag } from '../../ui/role-tag.tsx';
import { GoneTag } from '../../ui/gone-tag.tsx';
import { Icon } from '../../ui/icon.tsx';
import { memberName } from './member-order.ts';
import { type MemberQuestion, useMemberEntries } from './use-member-entries.ts';
import css from './member-row.module.css';

interface MemberRowProps {
  info: ChannelInfoView;
  member: MemberView;
  /** What tells them from another of that name. */
  detail: string | undefined;
  /** Place from 1 and length of a list that is not in the document whole. */
  place?: readonly [at: number, of: number];
}

export function MemberRow({ info, member, detail, place }: MemberRowProps) {
  const t = useT();
  const me = useMe();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const [question, setQuestion] = useState<MemberQuestion | null>(null);
  const mute = useMuteEnd(member.mutedUntil);
  const { channel } = info;
  const name = memberName(member);
  const own = member.uid === me?.uid;
  const entries = useMemberEntries(info, member, { muted: mute.state === 'muted', ask: setQuestion });
  const hasMenu = !own && entries.length > 0;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <li
      className={cx(css['row'], hasMenu && css['withMenu'])}
      aria-posinset={place?.[0]}
      aria-setsize={place?.[1]}
      onContextMenu={(event) => {
        if (!hasMenu) return;
        event.preventDefault();
        setMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <button
        type="button"
        className={css['person']}
        title={t('prof.open', { name })}
        onClick={(event) => openProfile(event.currentTarget, { uid: member.uid, groupNo: channel.channelId })}
      >
        <Avatar
          id={member.uid}
          name={name}
          size={28}
          online={member.online && !member.destroyed}
          gone={member.destroyed ?? false}
        />
        <span className={css['name']}>
          <bdi className={cx('ellipsis', member.destroyed && css['gone'])}>{name}</bdi>
          {detail !== undefined && <bdi className={cx('ellipsis', css['detail'])}>{detail}</bdi>}
          {own && <span className={css['me']}> {t('group.me')}</span>}
          {member.online && <span className="visually-hidden"> {t('chat.personOnline')}</span>}
        </span>
      </button>
      {mute.state === 'muted' && (
        <span className={css['muted']} title={mute.text}>
          <Icon of={MicOff} size={14} />
          {mute.text}
        </span>
      )}
      {member.destroyed && <GoneTag />}
      <RoleTag role={member.role} />
      {hasMenu && (
        <IconButton
          icon={Ellipsis}
          label={t('group.memberMenu', { name })}
          size={28}
          iconSize={16}
          className={css['more']}
          aria-haspopup="menu"
          aria-expanded={menu !== null}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            setMenu({ x: box.right, y: box.bottom + 4, avoid: box });
          }}
        />
      )}
      {menu && (
        <Menu
          label={t('group.memberMenu', { name })}
          entries={entries}
          anchor={menu}
          onClose={() => setMenu(null)}
        />
      )}
      {question && (
        <ConfirmDialog
          title={t(question === 'remove' ? 'group.removeTitle' : 'grp.blockTitle', { name })}
          confirmLabel={t(question === 'remove' ? 'group.remove' : 'grp.blockAction')}
          danger
          onCancel={() => setQuestion(null)}
          onConfirm={async (isOpen) => {
            const { uid } = member;
            if (question === 'remove') await call('groups.removeMembers', { channel, uids: [uid] });
            else await call('groups.setBlacklisted', { channel, uid, on: true });
            if (isOpen()) setQuestion(null);
          }}
        >
          {t(question === 'remove' ? 'group.removeBody' : 'grp.blockBody')}
        </ConfirmDialog>
      )}
    </li>
  );
}
