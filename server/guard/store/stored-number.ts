/**
 * Client numbers in columns of 200 characters. WuKongIM takes up to 65,535 bytes for one, and a number that the
 * database refuses would make its message one that nobody can recall.
 */
import { createHash } from 'node:crypto';

const LONGEST = 200;

export const isLong = (clientMsgNo: string): boolean => clientMsgNo.length > LONGEST;

/** The number, or of one that is too long its hash, which finds the same sending. */
export function storedNumber(clientMsgNo: string): string {
  if (!isLong(clientMsgNo)) return clientMsgNo;
  return `sha256:${createHash('sha256').update(clientMsgNo).digest('hex')}`;
}
