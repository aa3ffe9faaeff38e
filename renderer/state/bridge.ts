/** The one place that talks to `window.wukong`. */
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import type { Args, ChannelName, Value } from '../../shared/ipc/contract/contract.ts';
import type { EventName, Events } from '../../shared/ipc/contract/events.ts';
import { SERVER_CALLS } from '../../shared/ipc/contract/server-calls.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import { whileServerWorks } from '../ui/server-wait.ts';

declare global {
  interface Window {
    readonly wukong: WukongBridge;
  }
}

/** Whose page this is; undefined = nobody's yet, or nobody is signed in. */
let account: string | undefined;

/** From now on calls are made for this account, whichever is on the screen when they arrive. */
export function bindAccount(id: string | null): void {
  account = id ?? undefined;
}

/** Calls a channel of the contract; throws `CodedError` with the code and sentence of the failure. */
export async function call<K extends ChannelName>(channel: K, args: Args<K>): Promise<Value<K>> {
  const answer = window.wukong.invoke(channel, args, account);
  const result = await (SERVER_CALLS.has(channel) ? whileServerWorks(answer) : answer);
  if (result.ok) return result.value;
  // Code and field only: a message may quote what the user typed.
  console.warn(`${channel}: ${result.code}${result.field === undefined ? '' : ` (${result.field})`}`);
  const error = new CodedError(result.code, result.message, result.field);
  error.proxy = result.proxy ?? null;
  throw error;
}

export function onEvent<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.wukong.on(event, listener);
}

/** Says that a batch of deltas was applied. The core may be gone by now: nobody needs the answer. */
export function deltasTaken(): void {
  void window.wukong.invoke('core.deltasTaken', undefined, account);
}

/** The code of a failed call; `internal` for anything else that was thrown. */
export function codeOf(error: unknown): CodedError['code'] {
  return error instanceof CodedError ? error.code : 'internal';
}
