/** Why a message was not sent, in words. */
import type { SendState } from '../../shared/domain.ts';
import {
  SEND_FAILURES,
  type SendFailure,
  UPLOAD_FAILURES,
  type UploadFailure,
} from '../../shared/send-failures.ts';
import type { Translate } from '../i18n/i18n.ts';

export function failureText(send: Extract<SendState, { state: 'failed' }>, t: Translate): string {
  const code = send.reason === 'rejected' ? /^reason (\d{1,5})$/.exec(send.detail ?? '')?.[1] : undefined;
  const what = t('send.failed');
  if (code !== undefined) return t('refused.why', { what, why: t('send.rejectedCode', { code }) });
  const known = ([...SEND_FAILURES, ...UPLOAD_FAILURES] as readonly string[]).includes(send.reason);
  const reason = known ? t(`send.why.${send.reason as SendFailure | UploadFailure}`) : (send.detail ?? '');
  return reason ? t('refused.why', { what, why: reason }) : what;
}
