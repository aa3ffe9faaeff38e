/**
 * An export as JSON, for programs: `{ format, version, chat, madeAt, messages: [...], complete }`. A recalled message
 * is `{ type: "recalled", … }` with nothing of what it said. A merged forward has `forwarded`: its own messages, and
 * how many are not there; null where it lies too deep.
 */
import { picturesOf } from '../../../../shared/content/rich-pictures.ts';
import {
  type ExportEntry,
  type ExportHead,
  type ExportWriter,
  hasFile,
  isWithheld,
  plainWords,
} from '../export-format.ts';

export const JSON_FORMAT = 'wukong-chat-export';

export function jsonFormat({ chat, language, madeAt }: ExportHead): ExportWriter {
  let first = true;
  const said = (entry: ExportEntry): Record<string, unknown> => {
    const { message, file, missing, pictures = [], forwarded } = entry;
    const { content, edited, fromName, fromUid, messageId, messageSeq, quote, recall, timestamp } = message;
    const base = {
      id: messageId,
      seq: messageSeq,
      time: new Date(timestamp * 1000).toISOString(),
      from: { id: fromUid, name: fromName },
    };
    if (isWithheld(message)) {
      const by = recall?.state === 'done' ? { id: recall.revokerUid, name: recall.revokerName } : null;
      return { ...base, type: 'recalled', by };
    }
    const inText = picturesOf(message).flatMap(({ content: picture }, index) => {
      if (picture.kind !== 'image') return [];
      const { width, height } = picture;
      const at = pictures[index];
      return [{ width, height, file: at ?? null, ...(at === null ? { missing: true } : {}) }];
    });
    return {
      ...base,
      type: content.kind === 'named' ? content.what : content.kind,
      text: plainWords(content, language),
      ...(content.kind === 'file' ? { name: content.name, size: content.size } : {}),
      ...(content.kind === 'image' || content.kind === 'video'
        ? { width: content.width, height: content.height }
        : {}),
      ...(content.kind === 'voice' || content.kind === 'video' ? { seconds: content.seconds } : {}),
      ...(hasFile(message) ? { file, ...(missing ? { missing } : {}) } : {}),
      ...(inText.length > 0 ? { pictures: inText } : {}),
      ...(quote ? { replyTo: quote.messageId } : {}),
      ...(edited ? { edited: true } : {}),
      ...(forwarded === 'deeper' ? { forwarded: null } : {}),
      ...(typeof forwarded === 'object' && {
        forwarded: {
          messages: forwarded.entries.map(said),
          recalled: forwarded.recalled,
          notKept: forwarded.leftOut,
        },
      }),
    };
  };
  return {
    begin: () =>
      `{"format":"${JSON_FORMAT}","version":1,"chat":${JSON.stringify(chat)},"madeAt":${JSON.stringify(
        new Date(madeAt).toISOString(),
      )},"messages":[`,
    entry(entry) {
      const comma = first ? '\n' : ',\n';
      first = false;
      return comma + JSON.stringify(said(entry));
    },
    end: (complete) => `\n],"complete":${String(complete)}}\n`,
  };
}
