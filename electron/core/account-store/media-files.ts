/** `store.media`. */
import { entryKey, entryOfKey, levelAt } from '../../../shared/content/history-content.ts';
import { entriesOf } from '../../../shared/content/merged-forward.ts';
import { entryContent } from '../../../shared/content/message-content.ts';
import { pictureIn } from '../../../shared/content/rich-pictures.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { StoreContext } from '../store/context.ts';
import { keyOf, payloadOfRow, type StoredMessage } from '../store/tables/messages/message-row.ts';
import { rowOf, type Parts } from './parts.ts';
import type { MediaFiles } from './media-files-api.ts';

export function createMediaFiles(ctx: StoreContext, parts: Parts): MediaFiles {
  const { channels, media, messages, outbox } = parts;

  /** The row whose file may be shown or loaded. */
  function mediaRow(channel: ChannelRef, key: string): StoredMessage | undefined {
    const row = rowOf(parts, channel, key);
    const readable = row?.shown === 1 && row.recalled === 0 && row.payload !== null;
    return readable && !outbox.recalls.byKey(channel, key) ? row : undefined;
  }

  /** Under which id its file is kept, and of which message that is: an entry of a forward has one of its own. */
  function placeOf(channel: ChannelRef, key: string): { id: string; ofMessage: string } | null {
    const entry = entryOfKey(key);
    const row = mediaRow(channel, entry?.key ?? key);
    if (!row) return null;
    const { message_id: ofMessage } = row;
    if (!entry) return { id: ofMessage, ofMessage };
    const payload = payloadOfRow(row);
    const id = [ofMessage, ...entry.path].join('/');
    const isThere = payload && (saidAt(payload, entry.path) || hasPicture(payload, entry.path));
    return isThere ? { id, ofMessage } : null;
  }

  return {
    get(channel, key, part, isUsed = true) {
      const place = placeOf(channel, key);
      const file = place && media.ofMessage(place.id, part);
      if (place && file && isUsed) ctx.write(() => media.touch(place.id, part));
      return file;
    },
    add: (channel, key, file, part) =>
      ctx.write(() => {
        const place = placeOf(channel, key);
        return place !== null && media.add(place.id, file, { part, ofMessage: place.ofMessage });
      }),
    keepPart: (channel, key, left, part) =>
      ctx.write(() => {
        const place = placeOf(channel, key);
        return place !== null && media.keepPart(place.id, left, { part, ofMessage: place.ofMessage });
      }),
    leftPart(channel, key, part) {
      const place = placeOf(channel, key);
      return place && media.leftPart(place.id, part);
    },
    leftParts(channel) {
      const channelNo = channel ? channels.find(channel) : null;
      return channel && channelNo === null ? [] : media.leftParts(channelNo);
    },
    begun(channel) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return [];
      return media.begun(channelNo).flatMap((id) => {
        const [owner = '', ...path] = id.split('/');
        const row = messages.byId(owner);
        if (!row) return [];
        const key = keyOf(row);
        return path.length === 0 ? key : entryKey(key, path.map(Number));
      });
    },
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

/** What the entry at the end of the path says; null when there is none, or its message was recalled. */
function saidAt(payload: JsonObject, path: readonly number[]): JsonObject | null {
  if (path.length === 0) return payload;
  const level = levelAt(payload, path.slice(0, -1));
  const said = level && entriesOf(level)[path.at(-1) ?? -1]?.['payload'];
  return isObject(said) ? said : null;
}

/** Whether the path ends at a picture in a text, which is the message or an entry of it. */
function hasPicture(payload: JsonObject, path: readonly number[]): boolean {
  const around = saidAt(payload, path.slice(0, -1));
  return around !== null && pictureIn(entryContent(around), path.at(-1) ?? -1) !== null;
}
