import { Clock } from 'lucide-react';
import type { MessageView } from '../../../../shared/domain.ts';
import { Role } from '../../../../shared/domain.ts';
import { useT, type Translate } from '../../../i18n/i18n.ts';
import { countdown } from '../../../i18n/time-format.ts';
import { attempt } from '../../../state/errors.ts';
import { call } from '../../../state/bridge.ts';
import { showsRecalledKind, useSettings } from '../../../state/session/settings.ts';
import { serverNow, useServerNow } from '../../../state/session/server-clock.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import type { Names } from '../names/use-names.ts';
import { pendingText, recallTip, type Tip, typedTip } from '../../../text/recall-tip.ts';
import { Line } from './line.tsx';

/** Name of whoever recalled: as loaded here, else as the core knows it (someone who left); '' when nobody knows. */
export function revokerName(message: MessageView, names: Names): string {
  const done = message.recall?.state === 'done' ? message.recall : null;
  if (done === null || done.revokerUid === null) return '';
  return names.nameOf(done.revokerUid) || done.revokerName;
}

/** The placeholder text of a message that was recalled; with its kind, where somebody wants that. */
export function tipOf(message: MessageView, names: Names, t: Translate): Tip {
  const done = message.recall?.state === 'done' ? message.recall : null;
  const tip = recallTip(
    {
      meUid: names.meUid,
      author: { uid: message.fromUid, name: message.fromName || names.nameOf(message.fromUid) },
      actor: {
        uid: done?.revokerUid ?? null,
        name: revokerName(message, names),
        role: done?.revokerRole ?? null,
      },
    },
    (role) => t(role === Role.owner ? 'role.owner' : 'role.manager'),
  );
  return showsRecalledKind() ? typedTip(tip, done?.was, t) : tip;
}

/** The line in place of a message that is being or was recalled. Holds nothing of its content. */
export function RecallLine({
  message,
  names,
  onReedit,
  tabIndex,
}: {
  message: MessageView;
  names: Names;
  onReedit: (message: MessageView) => void;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  // Drawn anew when it is switched.
  useSettings();
  const state = message.recall?.state;
  if (state === 'pending') {
    return (
      <Line data-testid="recall-pending">
        <Spinner size={14} />
        <span>{t('recall.pending')}</span>
      </Line>
    );
  }
  if (state === 'queued') {
    return (
      <Line data-testid="recall-queued">
        <Icon of={Clock} size={14} />
        <span>
          {t(pendingText(message.recall))}
          <i className="dot-separator" />
          <b>{t('recall.queuedVisible')}</b>
        </span>
        <TextButton
          tabIndex={tabIndex}
          onClick={() =>
            void attempt(() => call('messages.cancelRecall', { channel: message.channel, key: message.key }))
          }
        >
          {t('recall.queuedCancel')}
        </TextButton>
      </Line>
    );
  }
  const tip = tipOf(message, names, t);
  const until = message.recall?.state === 'done' ? message.recall.reeditUntilMs : null;
  return (
    <Line data-testid="recall-tip" data-tip={tip.key}>
      <span>
        <IsolatedText of={tip} strong={['X', 'Y']} />
      </span>
      {until !== null && until > serverNow() && (
        <ReeditButton untilMs={until} tabIndex={tabIndex} onClick={() => onReedit(message)} />
      )}
    </Line>
  );
}

function ReeditButton({
  untilMs,
  tabIndex,
  onClick,
}: {
  untilMs: number;
  tabIndex: 0 | -1;
  onClick: () => void;
}) {
  const t = useT();
  const now = useServerNow(1_000);
  if (now >= untilMs) return null;
  return (
    <Tooltip text={t('reedit.left', { t: countdown(untilMs - now) })}>
      <TextButton tabIndex={tabIndex} onClick={onClick}>
        {t('tip.reedit')}
      </TextButton>
    </Tooltip>
  );
}

/** Name of the one who recalled several: as a revoker, else as the author of one of them. */
export function foldedName(messages: readonly MessageView[], names: Names): string {
  const [first] = messages;
  const actor = first?.recall?.state === 'done' ? first.recall.revokerUid : null;
  const author = messages.find(({ fromUid }) => fromUid === actor)?.fromName ?? '';
  return (first ? revokerName(first, names) : '') || author;
}

/** Several adjacent recalls by one actor in one line. */
export function FoldedLine({
  messages,
  names,
  onUnfold,
  tabIndex,
}: {
  messages: readonly MessageView[];
  names: Names;
  onUnfold: () => void;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const first = messages[0];
  const actor = first?.recall?.state === 'done' ? (first.recall.revokerUid ?? '') : '';
  return (
    <Line data-testid="recall-folded">
      <span>
        {actor === names.meUid ? (
          t('tip.foldedMe', { n: messages.length })
        ) : (
          <IsolatedText
            of={{
              key: 'tip.folded',
              params: { X: foldedName(messages, names), n: messages.length },
            }}
            strong={['X']}
          />
        )}
      </span>
      <TextButton tabIndex={tabIndex} onClick={onUnfold}>
        {t('tip.unfold')}
      </TextButton>
    </Line>
  );
}
