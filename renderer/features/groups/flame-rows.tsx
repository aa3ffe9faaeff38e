import { FLAME_SECONDS } from '../../../shared/content/flame.ts';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { SelectRow } from '../../ui/select-row.tsx';
import { ServerSwitch } from './server-switch.tsx';

/** Whether what I send in this chat burns after reading, and how soon. */
export function FlameRows({ info: { channel, flame, flameSeconds } }: { info: ChannelInfoView }) {
  const t = useT();
  const offline = useOffline();
  const set = (on: boolean, seconds: number) =>
    attempt(() => call('conversations.setFlame', { channel, on, seconds }));
  // Another client may have set one that is not offered here.
  const offered = [...new Set<number>([...FLAME_SECONDS, flameSeconds])].sort((a, b) => a - b);
  return (
    <>
      <ServerSwitch
        label={t('group.flame')}
        detail={t('group.flameHint')}
        checked={flame}
        onChange={(on) => set(on, flameSeconds)}
      />
      {flame && (
        <SelectRow
          label={t('group.flameAfter')}
          value={String(flameSeconds)}
          options={offered.map((n) => ({
            value: String(n),
            label: n === 0 ? t('group.flameLeave') : t('group.flameSeconds', { n }),
          }))}
          why={offline ? t('off.need') : null}
          onChange={(seconds) => void set(true, Number(seconds))}
        />
      )}
    </>
  );
}
