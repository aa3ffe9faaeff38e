/** Whether what the arguments name is what the guard was written for: a clear sentence instead of a guess. */
import { reasonOf } from '../../shared/errors.ts';
import { isObject } from '../../shared/json.ts';
import { type GuardOptions, UsageError } from './command-line.ts';
import type { Log } from './log.ts';

const TIMEOUT_MS = 5_000;

interface Said {
  status: number;
  body: unknown;
}

async function ask(url: string, init: RequestInit): Promise<Said> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: null };
  }
}

/**
 * Asks every node once. One that cannot be reached may be starting: that is said and the guard waits for it.
 * @throws UsageError what answers is no TSDD, no WuKongIM v2.2, or wants another token
 */
export async function checkSurroundings(options: GuardOptions, log: Log): Promise<void> {
  for (const origin of options.tsdd) {
    const said = await ask(`${origin}/v1/common/appconfig`, {}).catch((error: unknown) => reasonOf(error));
    if (typeof said === 'string') log.warn('tsdd_unreachable', { upstream: origin, reason: said });
    else if (said.status >= 500) log.warn('tsdd_failing', { upstream: origin, status: said.status });
    else if (!isObject(said.body) || typeof said.body['revoke_second'] !== 'number')
      throw new UsageError(
        `--tsdd ${origin}: what answers there is no TSDD this guard knows (GET /v1/common/appconfig)`,
      );
  }
  for (const origin of options.imApi) {
    const token = options.imApiToken;
    const said = await ask(`${origin}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { token }) },
      body: JSON.stringify({
        login_uid: 'wukong-guard',
        channel_id: 'wukong-guard-peer',
        channel_type: 1,
        message_seqs: [],
        message_ids: [1],
        client_msg_nos: [],
      }),
    }).catch((error: unknown) => reasonOf(error));
    if (typeof said === 'string') log.warn('im_unreachable', { node: origin, reason: said });
    else if (said.status === 401)
      throw new UsageError(`--im-api ${origin}: it asks for another managerToken (--im-api-token)`);
    else if (said.status >= 500) log.warn('im_failing', { node: origin, status: said.status });
    else if (said.status !== 200 || !isObject(said.body) || !('messages' in said.body))
      throw new UsageError(`--im-api ${origin}: what answers there is no WuKongIM v2.2 (POST /messages)`);
  }
}
