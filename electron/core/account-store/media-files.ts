/** `store.media`. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import type { StoredMessage } from '../store/tables/messages/message-row.ts';
import { rowOf, type Parts } from './parts.ts';
import type { MediaFiles } from './media-files-api.ts';

export function createMediaFiles(ctx: StoreContext, parts: Parts): MediaFiles {
  const { channels, media, outbox } = parts;

  /** The row whose file may be shown or loaded. */
  function mediaRow(channel: ChannelRef, key: string): StoredMessage | undefined {
    const row = rowOf(parts, channel, key);
    const readable = row?.shown === 1 && row.recalled === 0 && row.payload !== null;
    return readable && !outbox.recalls.byKey(channel, key) ? row : undefined;
  }

  return {
    get(channel, key) {
      const row = mediaRow(channel, key);
      const file = row ? media.ofMessage(row.message_id) : null;
      if (row && file) ctx.write(() => media.touch(row.message_id));
      return file;
    },
    add: (channel, key, file) =>
      ctx.write(() => {
        const row = mediaRow(channel, key);
        return row !== undefined && media.add(row.message_id, file);
      }),
    all: () => media.all(),
    usage: () => media.usage(),
    bytesThatMayGo: () => media.bytesThatMayGo(),
    usedByNow: (nowMs) => ctx.write(() => media.usedByNow(nowMs)),
    mayGo({ channel, ...query }) {
      const channelNo = channel ? channels.find(channel) : null;
      return channel && channelNo === null ? [] : media.mayGo({ ...query, channelNo });
    },
    byChat: () =>
      media.byChannel().map(({ channelNo, ...of }) => ({ channel: channels.ref(channelNo), ...of })),
    drop: (files) => ctx.write(() => media.drop(files)),
    erased: () => media.erased(),
    forgetErased: (files) => ctx.write(() => media.forgetErased(files)),
  };
}
