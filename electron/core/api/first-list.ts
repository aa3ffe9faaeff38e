/**
 * What an account begins with that has nothing on this computer yet: its list, one row a chat. Asked for by the main
 * thread the moment somebody is signed in, over the connection that brought the token, while the account's worker still
 * makes its databases (docs/sign-in.md).
 */
import { conversationSyncRequest } from './conversation-calls.ts';
import { type Fetch, requestJson } from './http.ts';

/** Rows of each chat: what the list shows. */
export const FIRST_ROWS = 1;

/** The answer as it came, for `readConversationSync`. Rejects as `requestJson` does. */
export function askFirstList(
  { server, token }: { server: string; token: string },
  options: { fetch?: Fetch | undefined } = {},
): Promise<unknown> {
  return requestJson({ server, token, fetch: options.fetch }, conversationSyncRequest('', FIRST_ROWS));
}
