/** Images and files: what is to be sent is staged here, what was received is loaded. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import { CodedError } from '../../../shared/ipc/result.ts';

type Channels =
  | 'attachments.begin'
  | 'attachments.append'
  | 'attachments.discard'
  | 'messages.sendAttachments'
  | 'media.load'
  | 'media.cancel';

const notYet = (): never => {
  throw new CodedError('notCompatible', 'not in this version');
};

export function mediaHandlers(): Handlers<Channels> {
  return {
    'attachments.begin': notYet,
    'attachments.append': notYet,
    'attachments.discard': notYet,
    'messages.sendAttachments': notYet,
    'media.load': notYet,
    'media.cancel': notYet,
  };
}
