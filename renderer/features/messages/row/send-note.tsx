import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { failureText } from '../../../text/send-failure.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { useLater, useLaterOf } from '../../../ui/use-later.ts';
import { UnderNote } from './under-note.tsx';

/** A send that takes only a moment shows just the clock. */
const SLOW_MS = 1_500;
/** A cluster that elects takes some seconds now and then. */
const WAITING_MS = 10_000;

/** Under an own message that is not sent: what is going on and what can be done. */
export function SendNote({
  message,
  tabIndex,
  quiet = false,
}: {
  message: MessageView;
  tabIndex: 0 | -1;
  /** It stands for several: none of them is taken back here. */
  quiet?: boolean;
}) {
  const t = useT();
  const { send } = message;
  const under = send.state === 'queued' || send.state === 'sending';
  const slow = useLater(under, SLOW_MS);
  const waiting = useLaterOf(message.key, under && send.waiting === true, WAITING_MS);
  const target = { channel: message.channel, key: message.key };
  const discard = (): void => void attempt(() => call('messages.discard', target));
  if (message.send.state === 'failed') {
    return (
      <UnderNote error data-testid="send-failed">
        <span>{failureText(message.send, t)}</span>
        <TextButton tabIndex={tabIndex} onClick={() => void attempt(() => call('messages.retry', target))}>
          {t('send.retry')}
        </TextButton>
        <TextButton tabIndex={tabIndex} onClick={discard}>
          {t('send.delete')}
        </TextButton>
      </UnderNote>
    );
  }
  if (!slow) return null;
  return (
    <UnderNote>
      <span>{t(waiting ? 'send.waitingServer' : 'send.sending')}</span>
      {message.send.state === 'queued' && !quiet && (
        <TextButton tabIndex={tabIndex} onClick={discard}>
          {t('recall.cancelSend')}
        </TextButton>
      )}
    </UnderNote>
  );
}
