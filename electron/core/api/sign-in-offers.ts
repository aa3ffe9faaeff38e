/**
 * Which ways in a server has. Nothing that it publishes says so (tsdd-api.md 1.4, 12): each route is asked with an
 * empty body, which it refuses before it does anything. One that answers 404 is not there.
 */
import type { SignInOffers } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type HttpRequest, RefusedError, requestJson } from './http.ts';
import type { CallOptions } from './signed-in.ts';

/** TSDD's words, and what forks make of them. */
const CLOSED = /暂不支持|不支持|未开放|不开放|暂未开放|已关闭|关闭/;

/** Whether a route is there, and open. Throws what came in between: then nobody knows. */
async function ask(
  server: string,
  request: HttpRequest,
  options: CallOptions,
): Promise<'open' | 'closed' | 'none'> {
  try {
    await requestJson({ server, fetch: options.fetch, timeoutMs: options.timeoutMs }, request);
    return 'open';
  } catch (error) {
    if (error instanceof RefusedError) return CLOSED.test(error.message) ? 'closed' : 'open';
    if (error instanceof CodedError && error.code === 'notCompatible') return 'none';
    // Behind a sign-in: not for somebody who has none.
    if (error instanceof CodedError && error.code === 'unauthorized') return 'none';
    throw error;
  }
}

export async function signInOffers(server: string, options: CallOptions = {}): Promise<SignInOffers> {
  const post = (path: string) => ask(server, { method: 'POST', path, body: {} }, options);
  const [scan, byUsername, byPhone, reset] = await Promise.all([
    ask(server, { method: 'GET', path: '/user/loginstatus', query: { uuid: '' } }, options),
    post('/user/usernameregister'),
    post('/user/register'),
    post('/user/sms/forgetpwd'),
  ]);
  return {
    scan: scan !== 'none',
    phone: byPhone !== 'none',
    reset: reset === 'open',
    register: { username: byUsername === 'open', phone: byPhone === 'open' },
  };
}
