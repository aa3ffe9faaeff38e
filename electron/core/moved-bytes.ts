/**
 * Bytes of an answer that nobody in the worker looks at again: they are moved to the main thread, not copied there, so
 * that what is heard is once less in memory (docs/voice.md).
 */
import type { FromWorker } from '../../shared/ipc/worker-protocol.ts';

const given = new WeakSet<ArrayBufferLike>();

/** For the `bytes` of an answer. They are gone here once it was posted. Only bytes that have their buffer alone. */
export function giveAway<T extends { bytes: Uint8Array }>(value: T): T {
  if (value.bytes.byteLength === value.bytes.buffer.byteLength) given.add(value.bytes.buffer);
  return value;
}

/** What of a message is moved when it is posted. */
export function movedOf(message: FromWorker): ArrayBuffer[] {
  if (message.kind !== 'answer' || !message.result.ok) return [];
  const { value } = message.result;
  const bytes = typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : null;
  const buffer = bytes instanceof Uint8Array ? bytes.buffer : null;
  return buffer instanceof ArrayBuffer && given.has(buffer) ? [buffer] : [];
}
