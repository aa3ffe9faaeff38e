/** What an answer of a business server tells of it beside its body: for the sign-in form and for the doctor. */

/**
 * Server minus this computer, ms, from the header `Date` (whole seconds) of an answer; the request was under way from
 * `sentAt` to `receivedAt`. 0 when the two agree as far as that can be told.
 */
export function clockDifference({
  serverMs,
  sentAt,
  receivedAt,
}: {
  serverMs: number;
  sentAt: number;
  receivedAt: number;
}): number {
  // The server wrote it at some time of that second, and at some time of the request.
  const [earliest, latest] = [serverMs - receivedAt, serverMs + 999 - sentAt];
  if (earliest > 0) return earliest;
  return latest < 0 ? latest : 0;
}
