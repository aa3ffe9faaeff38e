import type { MessageView, SendState } from '../../../../shared/domain.ts';
import {
  SEND_FAILURES,
  type SendFailure,
  UPLOAD_FAILURES,
  type UploadFailure,
} from '../../../../shared/send-failures.ts';
import { type Translate, useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { useLater, useLaterOf } from '../../../ui/use-later.ts';
import { UnderNote } from './under-note.tsx';

/** A send that takes only a moment shows just the clock. */
const SLOW_MS = 1_500;
/** A cluster that elects takes some seconds now and then. */
const WAITING_MS = 10_000;

/** Under an own message that is not sent: what is going on and what can be done. */
export function SendNote({ message, tabIndex }: { message: MessageView; tabIndex: 0 | -1 }) {
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
      {message.send.state === 'queued' && (
        <TextButton tabIndex={tabIndex} onClick={discard}>
          {t('recall.cancelSend')}
        </TextButton>
      )}
    </UnderNote>
  );
}

function failureText(send: Extract<SendState, { state: 'failed' }>, t: Translate): string {
  const code = send.reason === 'rejected' ? /^reason (\d{1,5})$/.exec(send.detail ?? '')?.[1] : undefined;
  if (code !== undefined) return `${t('send.failed')}: ${t('send.rejectedCode', { code })}`;
  const known = ([...SEND_FAILURES, ...UPLOAD_FAILURES] as readonly string[]).includes(send.reason);
  const reason = known ? t(`send.why.${send.reason as SendFailure | UploadFailure}`) : (send.detail ?? '');
  return reason ? `${t('send.failed')}: ${reason}` : t('send.failed');
}
