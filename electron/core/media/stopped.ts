import { CodedError } from '../../../shared/ipc/result.ts';

/**
 * A transfer was stopped from inside: by the user, because its message lost its content, or at the end of the account.
 */
export class Stopped extends CodedError {
  readonly why: 'user' | 'gone' | 'closing';
  constructor(why: Stopped['why']) {
    super(
      'invalidState',
      why === 'gone' ? 'this message was recalled or deleted' : 'the transfer was cancelled',
    );
    this.why = why;
  }
}
