/**
 * Ends a session at the business server, as far as the server can (tsdd-api.md 1.1, 1.3). TSDD has no route for it: a
 * removed device only leaves a list, `user/quit` throws out the account's other computers and keeps the token. The
 * embedded server ends the session of a device that is removed. Which of the two answers is not asked but looked at:
 * whoever still accepts the token has kept the session.
 */
import { CodedError } from '../../../shared/ipc/result.ts';
import type { SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import { seg } from './caller.ts';
import { type Fetch, type HttpRequest, requestJson } from './http.ts';

/** Somebody waits for the sign-out: a server that does not answer within this time has not ended anything. */
const LONGEST_MS = 6_000;

export interface Session {
  server: string;
  token: string;
  deviceId: string;
}

/** Never rejects. */
export async function endSession(
  { server, token, deviceId }: Session,
  options: { fetch?: Fetch | undefined; timeoutMs?: number } = {},
): Promise<SessionEnd> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? LONGEST_MS);
  const ask = (request: HttpRequest): Promise<Answer> =>
    answerOf(requestJson({ server, token, fetch: options.fetch }, { ...request, signal }));
  const removed = await ask({ method: 'DELETE', path: `/user/devices/${seg(deviceId)}` });
  if (removed === 'none') return 'unreachable';
  if (removed === 'unauthorized') return 'ended';
  const after = await ask({ method: 'GET', path: '/user/devices', query: { page_index: 1, page_size: 1 } });
  if (after === 'none') return 'unreachable';
  return after === 'unauthorized' ? 'ended' : 'kept';
}

/** `none`: nothing that says anything about the session came back. */
type Answer = 'some' | 'none' | 'unauthorized';

async function answerOf(asked: Promise<unknown>): Promise<Answer> {
  try {
    await asked;
    return 'some';
  } catch (error) {
    if (!(error instanceof CodedError)) return 'none';
    if (error.code === 'unauthorized') return 'unauthorized';
    return error.code === 'network' || error.code === 'certificate' ? 'none' : 'some';
  }
}
