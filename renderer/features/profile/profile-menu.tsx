import { Ban, BellOff, Flag, IdCard, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ChannelType } from '../../../shared/domain.ts';
import type { ProfileView } from '../../../shared/ipc/contract/people.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import type { Question } from './profile-questions.tsx';

/** What else may be done with somebody; what the server cannot do is not there. */
export function ProfileMenu({
  profile,
  anchor,
  onClose,
  onChanged,
  onAsk,
}: {
  profile: ProfileView;
  anchor: MenuAnchor;
  onClose: () => void;
  onChanged: () => void;
  onAsk: (kind: Question) => void;
}) {
  const t = useT();
  const takesReports = useTakesReports();
  const { uid, friend, blocked, muted } = profile;
  const channel = { channelId: uid, channelType: ChannelType.person };
  const change = (action: () => Promise<unknown>): void =>
    void attempt(action).then((done) => done && onChanged());
  const entries: MenuEntry[] = [];
  if (friend) {
    entries.push(
      { id: 'card', label: t('prof.sendCard'), icon: IdCard, onSelect: () => onAsk('card') },
      {
        id: 'mute',
        label: t('prof.mute'),
        icon: BellOff,
        checked: muted,
        onSelect: () => change(() => call('conversations.setMuted', { channel, on: !muted })),
      },
      'separator',
    );
  }
  entries.push({
    id: 'block',
    label: t(blocked ? 'prof.unblock' : 'prof.blockAsk'),
    icon: Ban,
    ...(blocked ? {} : { tone: 'danger' as const }),
    onSelect: () => (blocked ? change(() => call('people.setBlocked', { uid, on: false })) : onAsk('block')),
  });
  if (friend)
    entries.push({
      id: 'remove',
      label: t('prof.remove'),
      icon: Trash2,
      tone: 'danger',
      onSelect: () => onAsk('remove'),
    });
  if (takesReports)
    entries.push({
      id: 'report',
      label: t('prof.report'),
      icon: Flag,
      tone: 'danger',
      onSelect: () => onAsk('report'),
    });
  return <Menu label={t('prof.more')} entries={entries} anchor={anchor} onClose={onClose} />;
}

function useTakesReports(): boolean {
  const language = useLanguage();
  const [takes, setTakes] = useState(false);
  useEffect(() => {
    let current = true;
    void call('people.reportReasons', { language }).then(
      (reasons) => current && setTakes(reasons !== null),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [language]);
  return takes;
}
