import { CodedError } from '../../shared/ipc/result.ts';
import { t } from '../i18n/i18n.ts';
import { proxyFaultText } from './proxy-fault.ts';

/** What happened, in words for the user. The server's own sentence wins where it gave one. */
export function errorText(error: unknown): string {
  if (!(error instanceof CodedError)) return t('error.generic');
  switch (error.code) {
    case 'network':
      return t('error.network');
    case 'proxy':
      return error.proxy ? proxyFaultText(error.proxy, t) : t('error.network');
    case 'managed':
      return t('pol.by');
    case 'noAnswer':
      return t('error.noAnswer');
    case 'unsure':
      return t('error.unsure');
    case 'certificate':
      return t('conn.certificate');
    case 'refused':
      return error.message || t('error.generic');
    case 'readOnly':
      return t('conn.readonly');
    case 'credentials':
      return t('login.err');
    case 'unauthorized':
      return t('login.expired');
    case 'notCompatible':
      return t('login.probeErr.notCompatible');
    default:
      return t('error.generic');
  }
}
