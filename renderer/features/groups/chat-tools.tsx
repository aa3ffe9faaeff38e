import { ChevronRight } from 'lucide-react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { infoRowId, openDialog, openInfoPage } from '../../state/window/ui-store.ts';
import { ActionRow, Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';

/** What can be looked at of a chat beside its messages, and be done with all of it. */
export function ChatTools({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const locked = useSession((state) => state.shell?.managed.export ?? false);
  return (
    <Card dense>
      <ActionRow
        id={infoRowId('shared')}
        label={t('shared.title')}
        trailing={<Icon of={ChevronRight} size={14} />}
        onClick={() => openInfoPage('shared')}
      />
      <ActionRow
        label={t('export.menu')}
        managed={locked}
        onClick={() => openDialog({ kind: 'export', channel })}
      />
    </Card>
  );
}
