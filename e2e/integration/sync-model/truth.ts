/** What the server says this account should see, and what the app shows, in one form that can be compared. */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { Person, Row, World } from './world.ts';

const list = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const number = (value: unknown): number => Number(value ?? 0);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const channelOf = (row: Row): ChannelRef => ({
  channelId: text(row['channel_id']),
  channelType: number(row['channel_type']),
});

/**
 * So many are read with the list. Of more, those that do not count (recalled …) are not all known before somebody
 * looks.
 */
const MANY_UNREAD = 15;
interface Line {
  seq: number;
  from: string;
  /** Text, or what stands in its place. */
  shows: string;
  mentionsMe: boolean;
}

/** Rows of a channel as the flow shows them, ascending. */
export async function trueRows(world: World, me: Person, channel: ChannelRef): Promise<Line[]> {
  const answer = (await world.call(me, 'POST', '/message/channel/sync', {
    channel_id: channel.channelId,
    channel_type: channel.channelType,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 200,
    pull_mode: 0,
  })) as Row;
  return list(answer['messages'])
    .filter((row) => number(row['is_deleted']) === 0)
    .map((row) => {
      const payload = row['payload'] as Row;
      const recalled = number(row['revoke']) === 1;
      const mention = (payload['mention'] ?? {}) as { uids?: string[] };
      return {
        seq: number(row['message_seq']),
        from: text(row['from_uid']),
        shows: recalled ? 'recalled' : payload['type'] === 1 ? text(payload['content']) : 'system',
        mentionsMe: !recalled && (mention.uids?.includes(me.uid) ?? false),
      };
    });
}

const showsOf = (message: MessageView): string =>
  message.content.kind === 'text' ? message.content.text : message.content.kind;

/** The flow of a channel as a window has it. */
export async function shownRows(world: World, channel: ChannelRef) {
  const page = await world.engine.history.page(channel, { at: 'latest' }, 200);
  return page.messages.map((m) => ({ seq: m.messageSeq, from: m.fromUid, shows: showsOf(m) }));
}

/** The whole list, in its order. */
export async function trueList(world: World, me: Person) {
  const [answer, friends] = (await Promise.all([
    world.call(me, 'POST', '/conversation/sync', { version: 0, last_msg_seqs: '', msg_count: 20 }),
    world.call(me, 'GET', '/friend/sync?version=0&limit=1000&api_version=1'),
  ])) as [Row, unknown];
  const names = new Map(
    [...list(answer['users']), ...list(answer['groups'])].map((row) => [
      text(row['uid'] ?? row['group_no']),
      text(row['remark']) || text(row['name']),
    ]),
  );
  const lines = [];
  for (const row of list(answer['conversations'])) {
    const channel = channelOf(row);
    const rows = await trueRows(world, me, channel);
    const read = number(row['last_msg_seq']) - number(row['unread']);
    const unread = rows.filter(
      (line) => line.seq > read && line.from !== me.uid && line.shows !== 'recalled',
    );
    const line = {
      key: channelKey(channel),
      name: names.get(channel.channelId),
      pinned: row['stick'] === 1,
      muted: row['mute'] === 1,
      unread: unread.length > MANY_UNREAD ? 'many' : unread.length,
      mentions: unread.filter((each) => each.mentionsMe).length,
      preview: rows.at(-1)?.shows ?? 'none',
      draft: text((row['extra'] as Row | undefined)?.['draft']),
    };
    lines.push({ line, timestamp: number(row['timestamp']) });
  }
  lines.sort(
    (a, b) =>
      Number(b.line.pinned) - Number(a.line.pinned) ||
      b.timestamp - a.timestamp ||
      (a.line.key < b.line.key ? -1 : 1),
  );
  return {
    lines: lines.map(({ line }) => line),
    friends: list(friends)
      .filter((row) => row['follow'] === 1 && row['is_deleted'] !== 1)
      // (Their remarks are compared as names of conversations; those of others come once a day.)
      .map((row) => text(row['uid']))
      .sort(),
  };
}

export function shownList(world: World) {
  return {
    lines: world.store.conversations.list().map((c) => ({
      key: channelKey(c.channel),
      name: c.name,
      pinned: c.pinned,
      muted: c.muted,
      unread: c.unread > MANY_UNREAD ? 'many' : c.unread,
      mentions: c.mentions,
      preview: c.preview.kind === 'message' ? c.preview.text : c.preview.kind,
      draft: c.draft,
    })),
    friends: world.store.people
      .contacts()
      .map(({ uid }) => uid)
      .sort(),
  };
}

/** Name, notice and members of a group; null = I am not in it. */
export async function trueGroup(world: World, me: Person, groupNo: string) {
  const group = (await world.call(me, 'GET', `/groups/${groupNo}`)) as Row;
  if (number(group['quit']) === 1) return null;
  const members = list(await world.call(me, 'GET', `/groups/${groupNo}/membersync?version=0&limit=1000`));
  return {
    name: text(group['remark']) || text(group['name']),
    notice: text(group['notice']),
    forbidden: number(group['forbidden']) === 1,
    members: members
      .filter((row) => number(row['is_deleted']) === 0)
      .map((row) => `${text(row['uid'])} ${number(row['role'])}`)
      .sort(),
  };
}

export function shownGroup(world: World, groupNo: string) {
  const info = world.store.people.channelInfo({ channelId: groupNo, channelType: 2 });
  if (info.composerBlock === 'left') return null;
  return {
    name: info.name,
    notice: info.notice,
    forbidden: info.forbidden,
    members: world.store.people
      .members(groupNo)
      .map((member) => `${member.uid} ${member.role}`)
      .sort(),
  };
}
