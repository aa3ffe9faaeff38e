import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { channelKey } from '../../../shared/domain.ts';
import type { ProfileView } from '../../../shared/ipc/contract/people.ts';
import { useT } from '../../i18n/i18n.ts';
import { useChatDetails } from '../../state/session/chat-details.ts';
import { closeProfile, openChannel } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuAnchor } from '../../ui/menu.tsx';
import css from './profile-card.module.css';

const SHOWN = 3;

/** The first groups both are in; a click lists them all. */
export function CommonGroups({ groups }: { groups: ProfileView['groups'] }) {
  const t = useT();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const details = useChatDetails();
  return (
    <>
      <span className={css['label']}>{t('prof.groups', { n: groups.length })}</span>
      <button
        type="button"
        className={css['groups']}
        aria-label={t('prof.allGroups')}
        aria-haspopup="menu"
        aria-expanded={menu !== null}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setMenu({ x: box.left, y: box.bottom + 4, avoid: box });
        }}
      >
        {groups.slice(0, SHOWN).map(({ channel, name }) => (
          <Avatar
            key={channel.channelId}
            id={channel.channelId}
            channelType={channel.channelType}
            name={name}
            size={28}
          />
        ))}
        <Icon of={ChevronRight} size={16} className={css['groupsEnd']} />
      </button>
      {menu && (
        <Menu
          label={t('prof.allGroups')}
          anchor={menu}
          onClose={() => setMenu(null)}
          entries={groups.map(({ channel, name }) => ({
            id: channelKey(channel),
            label: name,
            detail: details.get(channelKey(channel)),
            leading: (
              <Avatar id={channel.channelId} channelType={channel.channelType} name={name} size={20} />
            ),
            onSelect: () => {
              closeProfile();
              openChannel(channel, { focusComposer: true });
            },
          }))}
        />
      )}
    </>
  );
}
