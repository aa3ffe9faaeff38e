/** What the palette offers for a query. Pure. */
import type { ChannelRef, ContactView } from '../../../shared/domain.ts';
import type { ConversationHead } from '../../state/session/session-store.ts';
import { ChannelType, channelKey } from '../../../shared/domain.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import type { ShortcutId } from '../../state/window/shortcuts.ts';
import { matchesName } from '../../text/name-match.ts';

export interface PaletteCommand {
  id: ShortcutId;
  label: string;
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
  | { kind: 'command'; id: string; command: PaletteCommand; section: PlainKey };

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

export function paletteEntries(
  query: string,
  conversations: readonly ConversationHead[],
  contacts: readonly ContactView[],
  commands: readonly PaletteCommand[],
): PaletteEntry[] {
  const text = query.trim();
  if (text.startsWith('>')) {
    return commands.filter((entry) => matchesName(text.slice(1), [entry.label])).map(command);
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
    ...commands.filter((entry) => matchesName(text, [entry.label])).map(command),
  ];
}
