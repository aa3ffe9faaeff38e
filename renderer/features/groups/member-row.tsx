import { Ellipsis, MessageSquare, ShieldCheck, ShieldOff, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { type ChannelInfoView, ChannelType, type MemberView, Role } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useMe } from '../../state/session/session-store.ts';
import { openChannel, openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { RoleTag } from '../../ui/role-tag.tsx';
import { memberName, memberPowers } from './member-order.ts';
import css from './member-row.module.css';

interface MemberRowProps {
  info: ChannelInfoView;
  member: MemberView;
  /** Place from 1 and length of a list that is not in the document whole. */
  place?: readonly [at: number, of: number];
}

export function MemberRow({ info, member, place }: MemberRowProps) {
  const t = useT();
  const me = useMe();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const [removing, setRemoving] = useState(false);
  const { channel } = info;
  const name = memberName(member);
  const own = member.uid === me?.uid;
  const powers = memberPowers(info.myRole, member, me?.uid ?? '');
  const manager = member.role === Role.manager;

  const entries: MenuEntry[] = [
    {
      id: 'message',
      label: t('contacts.message'),
      icon: MessageSquare,
      onSelect: () =>
        openChannel({ channelId: member.uid, channelType: ChannelType.person }, { focusComposer: true }),
    },
  ];
  if (powers.setManager) {
    entries.push({
      id: 'manager',
      label: t(manager ? 'group.unsetManager' : 'group.setManager'),
      icon: manager ? ShieldOff : ShieldCheck,
      onSelect: () =>
        void attempt(() => call('groups.setManager', { channel, uid: member.uid, on: !manager })),
    });
  }
  if (powers.remove) {
    entries.push('separator', {
      id: 'remove',
      label: t('group.remove'),
      icon: UserMinus,
      tone: 'danger',
      onSelect: () => setRemoving(true),
    });
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <li
      className={cx(css['row'], !own && css['withMenu'])}
      aria-posinset={place?.[0]}
      aria-setsize={place?.[1]}
      onContextMenu={(event) => {
        if (own) return;
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
        <Avatar id={member.uid} name={name} size={28} online={member.online} />
        <span className={css['name']}>
          <bdi className="ellipsis">{name}</bdi>
          {own && <span className={css['me']}> {t('group.me')}</span>}
          {member.online && <span className="visually-hidden"> {t('chat.personOnline')}</span>}
        </span>
      </button>
      <RoleTag role={member.role} />
      {!own && (
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
      {removing && (
        <ConfirmDialog
          title={t('group.removeTitle', { name })}
          confirmLabel={t('group.remove')}
          danger
          onCancel={() => setRemoving(false)}
          onConfirm={async (isOpen) => {
            const done = await attempt(() => call('groups.removeMembers', { channel, uids: [member.uid] }));
            if (done && isOpen()) setRemoving(false);
          }}
        >
          {t('group.removeBody')}
        </ConfirmDialog>
      )}
    </li>
  );
}
