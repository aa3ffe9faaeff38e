/** Changes that the business server makes while somebody waits for them. What is made later is in the outbox. */
import type { CoreContract } from './contract.ts';

export const SERVER_CALLS: ReadonlySet<string> = new Set([
  'account.removeDevice',
  'contacts.accept',
  'contacts.apply',
  'contacts.refuse',
  'conversations.hide',
  'conversations.setFlame',
  'conversations.setMuted',
  'conversations.setNotice',
  'conversations.setPinned',
  'conversations.setRecallNotes',
  'groups.addMembers',
  'groups.confirmInvitation',
  'groups.create',
  'groups.disband',
  'groups.leave',
  'groups.removeMembers',
  'groups.setForbidden',
  'groups.setManager',
  'groups.update',
] satisfies (keyof CoreContract)[]);
