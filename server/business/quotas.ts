/** How much one user may keep on the server. What is refused says so, with the code `quota_exceeded`. */
import { type ApiError, refusal } from './http/errors.ts';

export interface Quotas {
  /** Bytes of uploads that are not erased. */
  uploadBytes: number;
  /** Uploads that are not erased. */
  uploads: number;
  /** Uploads within 24 h, also those erased since: a name is never given to another file. */
  uploadsPerDay: number;
  /** Groups made within 24 h. */
  groupsPerDay: number;
  /** Groups made in all; disbanded ones keep their rows. */
  groups: number;
  /** Changes of groups within an hour that a line in the group tells of. */
  groupLinesPerHour: number;
  /** Friend requests that nobody has answered and that have not expired. */
  openFriendRequests: number;
  /** Invitations into groups that nobody has answered and that have not expired. */
  openInvitations: number;
  /** Friend requests within an hour: each is a command to somebody. */
  friendRequestsPerHour: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  uploadBytes: 5 * 1024 * 1024 * 1024,
  uploads: 50_000,
  uploadsPerDay: 5000,
  groupsPerDay: 200,
  groups: 1000,
  groupLinesPerHour: 1000,
  openFriendRequests: 200,
  openInvitations: 200,
  friendRequestsPerHour: 100,
};

export const quotaExceeded = (text: string): ApiError => refusal(text, 'quota_exceeded');
