import type { ComponentProps } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useOffline } from '../../state/session/offline.ts';
import { SwitchRow } from '../../ui/card.tsx';

/** A switch of something that the server keeps: without a network it cannot be changed, and says so. */
export function ServerSwitch(row: Omit<ComponentProps<typeof SwitchRow>, 'why' | 'whyAt' | 'managed'>) {
  const t = useT();
  const offline = useOffline();
  return <SwitchRow {...row} why={offline ? t('off.need') : null} />;
}
