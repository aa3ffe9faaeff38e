import { CodedError } from '../../../shared/ipc/result.ts';
import type { BusinessApi } from '../api/business-api.ts';
import { NoAnswerError } from '../api/http.ts';
import type { ConnectionOptions } from '../connection/connection-api.ts';

/** `ConnectionOptions.probeHttp`: what the business server says while the IM server cannot be reached. */
export function createHttpProbe(
  api: Pick<BusinessApi, 'ownCard'>,
  uid: string,
): ConnectionOptions['probeHttp'] {
  return async () => {
    try {
      await api.ownCard(uid);
      return 'ok';
    } catch (error) {
      if (error instanceof CodedError && error.proxy) return error.proxy;
      if (error instanceof NoAnswerError && error.badCertificate) return 'badCertificate';
      if (!(error instanceof CodedError) || error.code === 'network') return 'unreachable';
      return error.code === 'unauthorized' ? 'unauthorized' : 'ok';
    }
  };
}
