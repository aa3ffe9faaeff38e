/** Why a message was not sent, as machine reasons; the words are in `shared/strings`. */

/** Machine reasons of a refused SEND, from the SENDACK reason codes (wukongim.md B.6). */
export const SEND_FAILURES = [
  'notMember',
  'blocked',
  'muted',
  'notFriend',
  'disbanded',
  'banned',
  'rateLimited',
  'notAllowed',
  'noChannel',
  'unsupported',
  'unreadable',
  'signIn',
  'serverBusy',
  'tooLong',
  'rejected',
] as const;
export type SendFailure = (typeof SEND_FAILURES)[number];

/**
 * Further reasons of a failed message with an attachment: `cancelled` by the user, `tooLarge` for the server, `missing`
 * (the bytes to upload are gone from this computer), `refused` by the file store. All can be retried but `missing`.
 */
export const UPLOAD_FAILURES = ['cancelled', 'tooLarge', 'missing', 'refused'] as const;
export type UploadFailure = (typeof UPLOAD_FAILURES)[number];
