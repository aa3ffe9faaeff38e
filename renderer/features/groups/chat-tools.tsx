import { ChevronRight } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { infoRowId, openInfoPage } from '../../state/window/ui-store.ts';
import { ActionRow, Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';

/** What can be looked at of a chat beside its messages. */
export function ChatTools() {
  const t = useT();
  return (
    <Card dense>
      <ActionRow
        id={infoRowId('shared')}
        label={t('shared.title')}
        trailing={<Icon of={ChevronRight} size={14} />}
        onClick={() => openInfoPage('shared')}
      />
    </Card>
  );
}
