/** Who has read an own message of a group, and who has not. */
import { ChannelType, type MessageView } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type {
  MessageReader,
  MessageReaders,
  messageContract,
} from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { abilitiesOf, setAbility } from '../session/abilities.ts';
import type { CoreContext } from './core-context.ts';
import { findMessage } from './take-back.ts';

const PAGE = 100;
/** Named of either side: 500. */
const MOST_PAGES = 5;
const NOBODY: MessageReaders = { read: [], unread: [], more: false };

export function readerHandlers(
  context: CoreContext,
): Pick<Handlers<typeof messageContract>, 'messages.readers'> {
  return {
    'messages.readers': async ({ channel, key }) => {
      const message = findMessage(context, channel, key);
      if (!message.own || message.channel.channelType !== ChannelType.group)
        throw new CodedError('invalidState', 'only of own messages of a group', 'key');
      const { messageId } = message;
      if (messageId === null || !isThere(message)) return NOBODY;
      const { readers, more } = await askFor(context, messageId);
      // Recalled while the server was asked.
      const now = context.store.messages.get(channel, key);
      return now && isThere(now) ? sides(context, message, readers, more) : NOBODY;
    },
  };
}

const isThere = ({ content, recall }: MessageView): boolean =>
  content.kind !== 'recalled' && (recall === null || recall.state === 'denied');

async function askFor(
  { api, push, store }: CoreContext,
  messageId: string,
): Promise<{ readers: MessageReader[]; more: boolean }> {
  const readers = new Map<string, MessageReader>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    let answer;
    try {
      answer = await api.readers(messageId, page, PAGE);
    } catch (error) {
      if (
        error instanceof CodedError &&
        error.code === 'notCompatible' &&
        setAbility(store.state, 'readers', false)
      )
        push({ kind: 'abilities', abilities: abilitiesOf(store.state) });
      throw error;
    }
    const before = readers.size;
    for (const reader of answer.readers) readers.set(reader.uid, reader);
    // (A server that knows no pages answers the same again.)
    if (answer.rowCount < PAGE || readers.size === before)
      return { readers: [...readers.values()], more: false };
  }
  return { readers: [...readers.values()], more: true };
}

/** As this account calls them; of who has not read it the members now, which is all that is known here. */
function sides(
  { me, store }: CoreContext,
  { channel }: MessageView,
  readers: readonly MessageReader[],
  more: boolean,
): MessageReaders {
  const uids = readers.map(({ uid }) => uid);
  const known = new Map(
    store.people
      .membersOf(channel.channelId, uids)
      .map(({ uid, name, remark }) => [uid, remark || name] as const),
  );
  const own = me().uid;
  const have = new Set([...uids, own]);
  const { members, total } = store.people.memberPage(channel.channelId, {
    search: '',
    offset: 0,
    limit: MOST_PAGES * PAGE,
  });
  return {
    read: readers
      .filter(({ uid }) => uid !== own)
      .map(({ uid, name }) => ({ uid, name: known.get(uid) ?? (name || uid) })),
    // Where not all readers are known, it is not known either who is none.
    unread: more
      ? []
      : members
          .filter(({ uid }) => !have.has(uid))
          .map(({ uid, name, remark }) => ({ uid, name: remark || name })),
    more: more || total > members.length,
  };
}
