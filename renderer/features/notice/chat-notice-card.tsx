import { Play } from 'lucide-react';
import { useId, useState } from 'react';
import { type ChatSound, CHAT_SOUNDS, DEFAULT_NOTICE, TONES } from '../../../shared/chat-notice.ts';
import { channelKey } from '../../../shared/domain.ts';
import { levelOf, levelsOf, type NotifyLevel } from '../../../shared/notify-level.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useChannelInfo, useConnection, useConversation } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { closeNotice, type NoticeRequest } from '../../state/window/ui-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { Popover } from '../../ui/popover.tsx';
import { RadioRows } from '../../ui/radio-rows.tsx';
import { playTone } from '../../ui/tones.ts';
import css from './chat-notice-card.module.css';

/** What is told of in one chat, and how it sounds (tools.png 8). */
export function ChatNoticeCard({ request: { channel, anchor } }: { request: NoticeRequest }) {
  const t = useT();
  const key = channelKey(channel);
  const row = useConversation(key);
  const info = useChannelInfo(key);
  const known = row ?? info;
  /** Asked for, and not answered yet. */
  const [asked, setAsked] = useState<NotifyLevel | null>(null);
  const { problem, run } = useProblem();
  const online = useConnection().state === 'online';
  if (!known) return null;
  const level = asked ?? levelOf(known);
  const choose = (next: NotifyLevel): void => {
    if (next === level) return;
    setAsked(next);
    void run(() => call('conversations.setNotice', { channel, level: next })).then(() => setAsked(null));
  };
  const name = info?.remark || known.name;
  const options = levelsOf(channel.channelType).map((id) => ({
    id,
    label: t(`notice.${id}`),
    ...(id === 'none' ? { detail: t('notice.noneHint') } : {}),
    // Which of the two a muted one is, this computer decides alone.
    ...(online || id === level || (id !== 'all' && known.muted) ? {} : { why: t('off.need') }),
  }));
  return (
    <Popover label={t('notice.of', { name })} anchor={anchor} className={css['card']} onClose={closeNotice}>
      <h2 className={css['title']}>
        <bdi className="ellipsis">{t('notice.title')}</bdi>
      </h2>
      <RadioRows
        label={t('notice.level')}
        options={options}
        selected={level}
        busy={asked !== null}
        onSelect={choose}
      />
      <SoundRow
        sound={known.notify?.sound ?? DEFAULT_NOTICE.sound}
        silent={level === 'none'}
        onChange={(sound) => void run(() => call('conversations.setNotice', { channel, sound }))}
      />
      <ProblemLine problem={problem} />
      <p className={css['note']}>{t('notice.shared')}</p>
    </Popover>
  );
}

function SoundRow({
  sound,
  silent,
  onChange,
}: {
  sound: ChatSound;
  /** Nothing is told of. */
  silent: boolean;
  onChange: (sound: ChatSound) => void;
}) {
  const t = useT();
  const id = useId();
  const { notificationSound, notificationTone } = useSettings();
  const heard = sound === 'app' ? notificationTone : sound;
  const tone = TONES.find((each) => each === heard);
  const why = silent ? 'notice.soundNone' : notificationSound ? null : 'notice.soundOff';
  return (
    <div className={css['sound']}>
      <div className={css['words']}>
        <label htmlFor={id}>{t('notice.sound')}</label>
        {why !== null && (
          <div id={`${id}-why`} className={css['why']}>
            {t(why)}
          </div>
        )}
      </div>
      <IconButton
        icon={Play}
        size={28}
        iconSize={14}
        label={t('notice.listen')}
        why={tone === undefined ? t('notice.silent') : null}
        onClick={() => tone && playTone(tone)}
      />
      <select
        id={id}
        className={css['select']}
        value={sound}
        disabled={why !== null}
        aria-describedby={why === null ? undefined : `${id}-why`}
        onChange={(event) => {
          const chosen = CHAT_SOUNDS.find((option) => option === event.target.value);
          if (!chosen) return;
          onChange(chosen);
          const played = TONES.find((each) => each === chosen);
          if (played) playTone(played);
        }}
      >
        {CHAT_SOUNDS.map((option) => (
          <option key={option} value={option}>
            {t(`notice.sound.${option}` satisfies PlainKey)}
          </option>
        ))}
      </select>
    </div>
  );
}
