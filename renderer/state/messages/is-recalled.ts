import type { MessageView } from '../../../shared/domain.ts';

/** Recalled, or asked to be: a line takes its place, and nothing of its content may be used any more. */
export function isRecalled(message: MessageView): boolean {
  const state = message.recall?.state;
  return state === 'done' || state === 'pending' || state === 'queued';
}
