import { CodedError } from '../../shared/ipc/result.ts';
import { t } from '../i18n/i18n.ts';
import { proxyFaultText } from './proxy-fault.ts';
import { knownRefusal } from './server-words.ts';

const saidBy = (message: string): string => {
  const known = knownRefusal(message);
  return known === null ? message : t(known);
};

/** What happened, in words for the user. The server's own sentence wins where it gave one that is not known. */
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
      return saidBy(error.message) || t('error.generic');
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
