import { Info, Lock, MicOff, X } from 'lucide-react';
import { memo } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { type PlainKey, useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { useSession } from '../../../state/session/session-store.ts';
import { dismissProblem, useRecorder, type VoiceProblem } from '../../../state/voice/voice-recorder.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import css from './voice-panel.module.css';

const ICONS = { denied: Lock, missing: MicOff, busy: MicOff, short: Info } as const;

const WORDS: Record<VoiceProblem, PlainKey> = {
  denied: 'voice.denied',
  missing: 'voice.missing',
  busy: 'voice.busy',
  short: 'voice.short',
};

/** Why nothing was recorded, above what is written; where the system has a page for it, the way there. */
export const VoiceProblemLine = memo(function VoiceProblemLine({
  channel,
  onClosed,
}: {
  channel: ChannelRef;
  onClosed: () => void;
}) {
  const t = useT();
  const problem = useRecorder((state) => state.problems[channelKey(channel)]);
  const platform = useSession((state) => state.shell?.platform);
  if (problem === undefined) return null;
  const hasPage = problem === 'denied' && (platform === 'darwin' || platform === 'win32');
  return (
    <div
      role="alert"
      className={cx(css['problem'], problem === 'short' && css['short'])}
      data-testid="voice-problem"
    >
      <Icon of={ICONS[problem]} size={14} />
      <span>{t(WORDS[problem])}</span>
      {hasPage && (
        <TextButton onClick={() => void attempt(() => call('shell.openMicrophoneSettings', undefined))}>
          {t('voice.settings')}
        </TextButton>
      )}
      <IconButton
        icon={X}
        size={28}
        iconSize={14}
        label={t('action.close')}
        onClick={() => {
          dismissProblem(channel);
          onClosed();
        }}
      />
    </div>
  );
});
