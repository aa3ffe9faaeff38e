/** Why no server was reached, as far as the network says so. */
export type Unreached = 'unreachable' | 'noName' | 'refused' | 'silent';

/** The words of an error end in what the system or `fetch` called it (http.ts). */
export function unreachedBy(message: string): Unreached {
  if (/\b(ENOTFOUND|EAI_\w+)\b/.test(message)) return 'noName';
  if (/\bECONNREFUSED\b/.test(message)) return 'refused';
  if (/\b(timed out|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)\b/.test(message)) return 'silent';
  return 'unreachable';
}
