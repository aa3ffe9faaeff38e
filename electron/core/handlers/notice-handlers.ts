/** Notices of a group. TSDD keeps the words of the current one; who wrote it says a line of the group. */
import { shownName } from '../../../shared/display-name.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { noticeContract, NoticeView } from '../../../shared/ipc/contract/notices.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isObject } from '../../../shared/json.ts';
import type { CoreContext } from './core-context.ts';
import { groupChanges, groupNoOf } from './group-changes.ts';
import type { Patience } from './patience.ts';

/** Payload type of the lines that tell of a changed name, notice or rule. */
const GROUP_CHANGED = 1005;
const MOST_LINES = 50;
const NOTICE_LINE = /^\{0\}修改群公告为"/;

export function noticeHandlers(context: CoreContext, patience: Patience): Handlers<typeof noticeContract> {
  const { api, store } = context;
  const { change } = groupChanges(context, patience);

  /** As far as the cache has the line that told of it. */
  function authorOf(channel: ChannelRef): Pick<NoticeView, 'author' | 'timestamp'> {
    for (const { payload, timestamp } of store.messages.systemLines(channel, GROUP_CHANGED, MOST_LINES)) {
      const { content, extra } = payload;
      if (typeof content !== 'string' || !NOTICE_LINE.test(content)) continue;
      const [first]: unknown[] = Array.isArray(extra) ? extra : [];
      const uid = isObject(first) && typeof first['uid'] === 'string' ? first['uid'] : '';
      const said = isObject(first) && typeof first['name'] === 'string' ? first['name'] : '';
      const [member] = store.people.membersOf(channel.channelId, [uid]);
      const name = member ? member.remark || member.name : shownName(said, uid);
      return { author: { uid, name }, timestamp };
    }
    return { author: { uid: '', name: '' }, timestamp: 0 };
  }

  async function kept(groupNo: string): Promise<NoticeView[]> {
    try {
      return (await api.notices(groupNo)).map((dto) => {
        const [member] = store.people.membersOf(groupNo, [dto.uid]);
        return {
          id: dto.id,
          content: dto.content,
          author: {
            uid: dto.uid,
            name: member ? member.remark || member.name : shownName(dto.name, dto.uid),
          },
          timestamp: dto.created_at,
          readers: {
            read: dto.read_count,
            unread: dto.unread_count,
            mine: dto.read,
            remindFrom: dto.remind_at,
          },
        };
      });
    } catch (error) {
      // No history and no readers there (TSDD); without a network what is known is shown.
      if (error instanceof CodedError && error.code !== 'unauthorized') return [];
      throw error;
    }
  }

  return {
    async 'notices.list'({ channel }) {
      const list = await kept(groupNoOf(channel));
      const { notice } = store.people.channelInfo(channel);
      if (notice === '' || list[0]?.content === notice) return list;
      return [{ id: null, content: notice, ...authorOf(channel), readers: null }, ...list];
    },

    async 'notices.markRead'({ channel, id }) {
      await api.markNoticeRead(groupNoOf(channel), id);
      return null;
    },

    async 'notices.readers'({ channel, id, read }) {
      const readers = await api.noticeReaders(groupNoOf(channel), id, read);
      return readers.map(({ uid, name, read_at: timestamp }) => ({
        uid,
        name: shownName(name, uid),
        timestamp,
      }));
    },

    'notices.remind': ({ channel, id }) =>
      patience.once(
        () => api.remindOfNotice(groupNoOf(channel), id),
        () => undefined,
      ),

    async 'notices.remove'({ channel, id }) {
      await change(channel, 'group', (groupNo) => api.removeNotice(groupNo, id));
      return null;
    },
  };
}
