/**
 * What the specs of this folder share: a TSDD and a WuKongIM of somebody else, with three people and a group of their
 * own at each run. `WUKONG_INTEROP_ADMIN` is the password of `superAdmin`, `WUKONG_INTEROP_IM_API` the address of
 * WuKongIM's HTTP API; without them what needs them is skipped.
 */
import { test as base } from '../fixtures/test.ts';
import { callApi, type Peer } from '../fixtures/people/peer.ts';
import { createWorld } from '../fixtures/people/world.ts';

export { expect } from '../fixtures/test.ts';

interface ExternalFixtures {
  /** A call of the manager API. */
  manage: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** A call of WuKongIM's own HTTP API. */
  imApi: (path: string, body: unknown) => Promise<unknown>;
}

export const test = base.extend<ExternalFixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright wants an object pattern
  api: async ({}, use) => {
    const api = process.env['WUKONG_INTEROP_SERVER'] ?? '';
    if (api === '') throw new Error('say which server: npm run e2e -- --server URL');
    await use(api);
  },
  world: async ({ api }, use) => {
    await use(await createWorld(api, Date.now().toString(36).slice(-5)));
  },
  // Once more, as every client does: a node that is busy closes a connection without a word (wukongim.md B.6).
  connectPeer: async ({ connectPeer }, use) => {
    await use((person) => connectPeer(person).catch(() => connectPeer(person)));
  },
  manage: async ({ api }, use, testInfo) => {
    const password = process.env['WUKONG_INTEROP_ADMIN'] ?? '';
    testInfo.skip(password === '', 'WUKONG_INTEROP_ADMIN is not set');
    const { token } = await callApi<{ token: string }>(api, null, 'POST', 'manager/login', {
      username: 'superAdmin',
      password,
    });
    await use((method, path, body) => callApi(api, token, method, `manager/${path}`, body));
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright wants an object pattern
  imApi: async ({}, use, testInfo) => {
    const imApi = process.env['WUKONG_INTEROP_IM_API'] ?? '';
    testInfo.skip(imApi === '', 'WUKONG_INTEROP_IM_API is not set');
    await use(async (path, body) => {
      const response = await fetch(`${imApi}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`POST ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as unknown;
    });
  },
});

interface ServerMessage {
  message_idstr: string;
  revoke?: number;
  voice_status?: number;
}

/** The newest message of a chat as the server tells it to this person. */
export async function lastMessage(
  peer: Pick<Peer, 'call'>,
  channelId: string,
  channelType = 1,
): Promise<ServerMessage | undefined> {
  const { messages } = await peer.call<{ messages: ServerMessage[] }>('POST', 'message/channel/sync', {
    channel_id: channelId,
    channel_type: channelType,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 5,
    pull_mode: 1,
  });
  return messages.at(-1);
}
