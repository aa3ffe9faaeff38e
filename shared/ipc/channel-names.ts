/**
 * Every channel and event name of the contract, as plain values. The preload checks names against these: it must stay
 * tiny, so it cannot import the schemas. The `Record` types make a missing or surplus name a compile error.
 */
import type { CoreContract, EventName, ShellContract } from './contract.ts';

const shellNames: Record<keyof ShellContract, true> = {
  'shell.state': true,
  'shell.probe': true,
  'shell.login': true,
  'shell.register': true,
  'shell.openAccount': true,
  'shell.forgetAccount': true,
  'shell.signOut': true,
  'shell.setSettings': true,
  'shell.openExternal': true,
  'shell.exportDiagnostics': true,
  'shell.copyText': true,
  'shell.setActiveChannel': true,
  'shell.saveMedia': true,
  'shell.openMedia': true,
  'shell.showMedia': true,
  'shell.quit': true,
};

const coreNames: Record<keyof CoreContract, true> = {
  'core.bootstrap': true,
  'core.deltasTaken': true,
  'connection.retry': true,
  'conversations.markRead': true,
  'conversations.setPinned': true,
  'conversations.setMuted': true,
  'conversations.setRecallNotes': true,
  'conversations.hide': true,
  'channels.open': true,
  'channels.close': true,
  'channels.members': true,
  'channels.findMembers': true,
  'messages.page': true,
  'messages.send': true,
  'attachments.begin': true,
  'attachments.append': true,
  'attachments.discard': true,
  'messages.sendAttachments': true,
  'media.load': true,
  'media.cancel': true,
  'messages.retry': true,
  'messages.discard': true,
  'messages.recall': true,
  'messages.cancelRecall': true,
  'messages.recallMany': true,
  'messages.reedit': true,
  'messages.edit': true,
  'messages.deleteForMe': true,
  'messages.forward': true,
  'messages.typing': true,
  'drafts.get': true,
  'drafts.set': true,
  'search.query': true,
  'contacts.list': true,
  'contacts.find': true,
  'contacts.apply': true,
  'contacts.requests': true,
  'contacts.accept': true,
  'contacts.refuse': true,
  'groups.list': true,
  'groups.create': true,
  'groups.update': true,
  'groups.addMembers': true,
  'groups.removeMembers': true,
  'groups.setManager': true,
  'groups.setForbidden': true,
  'groups.leave': true,
  'groups.disband': true,
  'storage.rebuildCache': true,
  'storage.usage': true,
  'storage.clearMedia': true,
  'account.devices': true,
  'account.removeDevice': true,
  'diagnostics.get': true,
  'recall.leakCheck': true,
};

const events: Record<EventName, true> = {
  'core.deltas': true,
  'shell.changed': true,
  'shell.navigate': true,
};

export const channelNames: ReadonlySet<string> = new Set([
  ...Object.keys(shellNames),
  ...Object.keys(coreNames),
]);
export const eventNames: ReadonlySet<string> = new Set(Object.keys(events));
