/** An export as plain text: one message a block, days between. */
import { translate } from '../../../../shared/strings/index.ts';
import {
  entryTime,
  type ExportEntry,
  type ExportHead,
  type ExportWriter,
  type Forwarded,
  forwardedNotes,
  isWithheld,
  localDay,
  localTime,
  missingNote,
  plainWords,
  quotedLine,
  recalledLine,
} from '../export-format.ts';

export function textFormat({ chat, language, madeAt }: ExportHead): ExportWriter {
  let day = '';
  const place = (one: string | null, isMissing: boolean): string =>
    one === null ? missingNote(isMissing, language) : ` → ${one}`;
  const said = ({ message, file, missing, pictures = [] }: ExportEntry): string =>
    plainWords(message.content, language) +
    place(file, missing) +
    pictures.map((one) => place(one, true)).join('');
  /** Of a merged forward, each behind a bar, those of a forward in it behind two. */
  const linesOf = (forwarded: Forwarded, bar: string): string => {
    const notes = forwardedNotes(forwarded, language).map((note) => `${bar}(${note})\n`);
    if (forwarded === 'deeper') return notes.join('');
    const lines = forwarded.entries.map((entry) => {
      const { message, forwarded: inner } = entry;
      const time = entryTime(message);
      const head = `${time === '' ? '' : `[${time}] `}${message.fromName}: `;
      const inside = inner === undefined ? '' : linesOf(inner, `${bar}| `);
      return `${bar}${head}${said(entry).replaceAll('\n', `\n${bar}`)}\n${inside}`;
    });
    return lines.join('') + notes.join('');
  };
  return {
    begin() {
      const when = `${localDay(madeAt)} ${localTime(madeAt)}`;
      return `${chat}\n${translate(language, 'export.madeAt', { t: when })}\n`;
    },
    entry(entry) {
      const { message, forwarded } = entry;
      const atMs = message.timestamp * 1000;
      const today = localDay(atMs);
      const head = today === day ? '' : `\n=== ${today} ===\n`;
      day = today;
      const time = localTime(atMs);
      if (isWithheld(message)) return `${head}[${time}] ${recalledLine(message, language)}\n`;
      if (message.content.kind === 'system')
        return `${head}[${time}] * ${plainWords(message.content, language)}\n`;
      const quote = quotedLine(message, language);
      const quoted = quote === null ? '' : `> ${quote.replaceAll('\n', ' ')}\n`;
      const edited = message.edited ? ` (${translate(language, 'msg.edited')})` : '';
      const inside = forwarded === undefined ? '' : linesOf(forwarded, '| ');
      return `${head}[${time}] ${message.fromName}${edited}:\n${quoted}${said(entry)}\n${inside}`;
    },
    end: (complete) => (complete ? '' : `\n${translate(language, 'export.incomplete')}\n`),
  };
}
