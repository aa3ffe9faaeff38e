import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useOpenTargets } from '../../state/composer/closed-chats.ts';
import { useChatTargets } from '../../state/people/chat-targets.ts';
import { SendToDialog } from '../../ui/send-to-dialog.tsx';

/** Into which chats somebody's card goes. */
export function SendCardDialog({ uid, name, onClose }: { uid: string; name: string; onClose: () => void }) {
  const t = useT();
  const [filter, setFilter] = useState('');
  return (
    <SendToDialog
      title={t('prof.cardTitle', { name })}
      rows={useOpenTargets(useChatTargets(filter, uid))}
      filter={filter}
      onFilter={setFilter}
      send={({ channel }) => call('people.sendCard', { channel, uid })}
      onClose={onClose}
    />
  );
}
