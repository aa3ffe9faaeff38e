/** An export as plain text: one message a block, days between. */
import { translate } from '../../../../shared/strings/index.ts';
import {
  type ExportHead,
  type ExportWriter,
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
  return {
    begin() {
      const when = `${localDay(madeAt)} ${localTime(madeAt)}`;
      return `${chat}\n${translate(language, 'export.madeAt', { t: when })}\n`;
    },
    entry({ message, file, missing, pictures = [] }) {
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
      const place = (one: string | null, isMissing: boolean): string =>
        one === null ? missingNote(isMissing, language) : ` → ${one}`;
      const at = place(file, missing) + pictures.map((one) => place(one, true)).join('');
      return `${head}[${time}] ${message.fromName}${edited}:\n${quoted}${plainWords(message.content, language)}${at}\n`;
    },
    end: (complete) => (complete ? '' : `\n${translate(language, 'export.incomplete')}\n`),
  };
}
