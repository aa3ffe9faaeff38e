import { type ChannelInfoView, ChannelType, Role } from '../../../shared/domain.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { SelectRow } from '../../ui/select-row.tsx';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Those that a tip of the server names in whole ones (30 days: 1 month). */
const OFFERED = [0, HOUR, DAY, 7 * DAY, 30 * DAY, 360 * DAY] as const;

const LENGTHS = [
  [360 * DAY, 'time.years'],
  [30 * DAY, 'time.months'],
  [DAY, 'time.days'],
  [HOUR, 'time.hours'],
  [MINUTE, 'time.minutes'],
] as const;

function timeText(t: Translate, seconds: number): string {
  if (seconds === 0) return t('autoDelete.never');
  const [length, key] = LENGTHS.find(([size]) => seconds % size === 0) ?? ([1, 'time.seconds'] as const);
  return t(key, { n: seconds / length });
}

/** After which time what is said in this chat is deleted for everybody, where the server lets people set it. */
export function AutoDeleteRow({ info: { channel, autoDelete, myRole } }: { info: ChannelInfoView }) {
  const t = useT();
  const offline = useOffline();
  if (autoDelete === undefined) return null;
  // Another client may have set one that is not offered here.
  const options = [...new Set<number>([...OFFERED, autoDelete])].sort((a, b) => a - b);
  const leads = myRole === Role.owner || myRole === Role.manager;
  const why =
    channel.channelType === ChannelType.group && !leads
      ? t('autoDelete.leads')
      : offline
        ? t('off.need')
        : null;
  return (
    <SelectRow
      label={t('autoDelete.label')}
      detail={t('autoDelete.hint')}
      value={String(autoDelete)}
      why={why}
      options={options.map((seconds) => ({ value: String(seconds), label: timeText(t, seconds) }))}
      onChange={(seconds) =>
        void attempt(() => call('conversations.setAutoDelete', { channel, seconds: Number(seconds) }))
      }
    />
  );
}
