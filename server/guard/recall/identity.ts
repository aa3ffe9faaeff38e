/**
 * Whose token it is. TSDD alone knows; it is asked once and what it answers anyway is overheard. A token belongs to one
 * account for ever, so that what was learnt cannot become wrong, only useless: TSDD checks the token of every call that
 * is passed on.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isObject } from '../../../shared/json.ts';
import { ApiError } from '../../business/http/errors.ts';

const TIMEOUT_MS = 10_000;
const REMEMBERED = 100_000;

const digest = (token: string): string => createHash('sha256').update(token).digest('base64');

export class Identities {
  readonly #known = new LRUCache<string, string>({ max: REMEMBERED });
  readonly #upstream: (token: string) => string;

  constructor(upstream: (token: string) => string) {
    this.#upstream = upstream;
  }

  /** A conversation/sync of this token was answered for this uid. */
  learn(token: string, uid: string): void {
    this.#known.set(digest(token), uid);
  }

  /** The uid of a token, as far as it was learnt; nobody is asked. */
  known(token: string): string | undefined {
    return this.#known.get(digest(token));
  }

  /**
   * The uid of a token. `fresh`: TSDD is asked whether it still holds. `withinMs`: how long it is waited for.
   * @throws ApiError TSDD's own 401, or a 400 when TSDD does not answer
   */
  async uidOf(
    token: string,
    { fresh = false, withinMs = TIMEOUT_MS }: { fresh?: boolean; withinMs?: number } = {},
  ): Promise<string> {
    if (token === '') throw new ApiError(401, 'token不能为空，请先登录！');
    const known = fresh ? undefined : this.known(token);
    if (known !== undefined) return known;
    const uid = await this.#ask(token, withinMs);
    this.learn(token, uid);
    return uid;
  }

  async #ask(token: string, timeoutMs: number): Promise<string> {
    let response: Response;
    let body: unknown;
    try {
      // The one answer that names the caller. With msg_count 0 TSDD leaves all conversations out (tsdd-api.md 4.1).
      response = await fetch(`${this.#upstream(token)}/v1/conversation/sync`, {
        method: 'POST',
        headers: { token, 'content-type': 'application/json' },
        body: JSON.stringify({ version: 0, last_msg_seqs: '', msg_count: 0 }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      body = JSON.parse(await response.text());
    } catch {
      throw new ApiError(400, '权限判断失败！');
    }
    if (response.status === 401) {
      const said = isObject(body) ? body['msg'] : undefined;
      throw new ApiError(401, typeof said === 'string' ? said : '请先登录！');
    }
    const uid = isObject(body) ? body['uid'] : undefined;
    if (typeof uid !== 'string' || uid === '') throw new ApiError(400, '权限判断失败！');
    return uid;
  }
}
