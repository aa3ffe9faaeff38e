/** What the palette offers for a query. Pure. */
import type { ChannelRef, ContactView } from '../../../shared/domain.ts';
import type { ReminderView } from '../../../shared/ipc/contract/bookmarks.ts';
import type { ConversationHead } from '../../state/session/session-store.ts';
import { ChannelType, channelKey } from '../../../shared/domain.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import type { ShortcutId } from '../../state/window/shortcuts.ts';
import { matchesName } from '../../text/name-match.ts';

export interface PaletteCommand {
  id: ShortcutId | 'favourites' | 'reminders';
  label: string;
  /** Found by this word, too, in any language. */
  alias?: string;
  keys: string;
}
export type PaletteEntry =
  | {
      kind: 'channel';
      id: string;
      channel: ChannelRef;
      name: string;
      section: PlainKey;
      /** Of a friend. */
      contact?: ContactView | undefined;
    }
  | { kind: 'command'; id: string; command: PaletteCommand; section: PlainKey }
  | { kind: 'reminder'; id: string; reminder: ReminderView; section: PlainKey };

const RECENT = 8;
const MOST = 8;

const command = (entry: PaletteCommand): PaletteEntry => ({
  kind: 'command',
  id: `command-${entry.id}`,
  command: entry,
  section: 'palette.commands',
});
const chat = (row: ConversationHead, section: PlainKey, contacts: readonly ContactView[]): PaletteEntry => ({
  kind: 'channel',
  id: channelKey(row.channel),
  channel: row.channel,
  name: row.name,
  section,
  contact:
    row.channel.channelType === ChannelType.person
      ? contacts.find(({ uid }) => uid === row.channel.channelId)
      : undefined,
});

const fits = (entry: PaletteCommand, text: string): boolean =>
  matchesName(text, entry.alias === undefined ? [entry.label] : [entry.label, entry.alias]);

/** After `>` and the name of their command reminders are listed. */
export function asksForReminders(query: string, commands: readonly PaletteCommand[]): boolean {
  const text = query.trim();
  const word = text.startsWith('>') ? text.slice(1).trim() : '';
  return word !== '' && commands.some((entry) => entry.id === 'reminders' && fits(entry, word));
}

export function paletteEntries(
  query: string,
  conversations: readonly ConversationHead[],
  contacts: readonly ContactView[],
  commands: readonly PaletteCommand[],
  reminders: readonly ReminderView[] = [],
): PaletteEntry[] {
  const text = query.trim();
  if (text.startsWith('>')) {
    const found = commands.filter((entry) => fits(entry, text.slice(1))).map(command);
    if (!asksForReminders(query, commands)) return found;
    return [
      ...reminders.map((reminder): PaletteEntry => ({
        kind: 'reminder',
        id: `reminder-${reminder.id}`,
        reminder,
        section: 'remind.list',
      })),
      // Its list is what it would lead to.
      ...found.filter((entry) => entry.id !== 'command-reminders'),
    ];
  }
  if (text === '') return conversations.slice(0, RECENT).map((row) => chat(row, 'palette.recent', contacts));
  const chats = conversations.filter((row) => matchesName(text, [row.name])).slice(0, MOST);
  const known = new Set(chats.map((row) => channelKey(row.channel)));
  const people = contacts
    .map((contact) => ({ contact, channel: { channelId: contact.uid, channelType: ChannelType.person } }))
    .filter(
      ({ contact, channel }) =>
        !known.has(channelKey(channel)) &&
        matchesName(text, [contact.remark, contact.name, contact.username, contact.shortNo ?? '']),
    )
    .slice(0, MOST)
    .map(({ contact, channel }): PaletteEntry => ({
      kind: 'channel',
      id: channelKey(channel),
      channel,
      name: contact.remark || contact.name,
      section: 'palette.people',
      contact,
    }));
  return [
    ...chats.map((row) => chat(row, 'palette.chats', contacts)),
    ...people,
    ...commands.filter((entry) => fits(entry, text)).map(command),
  ];
}
