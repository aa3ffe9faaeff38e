import { MessageSquare } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useAlone } from './use-alone.ts';

/** The list without a chat: who has friends may make a group of them, who has none adds one first. */
export function NoChats() {
  const t = useT();
  const alone = useAlone();
  return (
    <EmptyState
      icon={MessageSquare}
      text={t('empty.chats')}
      action={
        <Button onClick={() => openDialog({ kind: alone ? 'addFriend' : 'newGroup' })}>
          {t(alone ? 'contacts.add' : 'group.new.title')}
        </Button>
      }
    />
  );
}
