/** Milliseconds from 1970 at which WuKongIM's snowflake ids start counting (bwmarrin default). */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;

/**
 * When a message was sent, in ms on the IM server's clock. WuKongIM stamps whole seconds, but its message id carries
 * the milliseconds; they are used when both agree. Otherwise the end of the stamped second counts, so that a
 * rounded-down stamp never shortens the recall window.
 */
export function sentAtMs(messageId: string, timestamp: number): number {
  const fromId = Number(BigInt(messageId) >> 22n) + SNOWFLAKE_EPOCH_MS;
  return Math.floor(fromId / 1000) === timestamp ? fromId : timestamp * 1000 + 999;
}
