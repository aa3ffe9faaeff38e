/**
 * An export as one page that any browser shows: no script, nothing loaded from anywhere but the folder beside it, every
 * word escaped. Its policy says the same to the browser.
 */
import type { MessageContent } from '../../../../shared/content/message-content.ts';
import type { Named } from '../../../../shared/content/named-content.ts';
import { findLinks } from '../../../../shared/find-links.ts';
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

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Words as words, in text and in attributes; what no browser takes for a character is left out. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
    .replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A path beside the page as the address of a link. */
const addressOf = (file: string): string =>
  escaped(
    file
      .split('/')
      .map((part) => encodeURIComponent(part))
      .join('/'),
  );

const POLICY =
  "default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'";

const STYLE = `
:root{color-scheme:light dark}
body{margin:0 auto;max-width:760px;padding:16px;font:14px/1.55 system-ui,sans-serif;background:#eff3f2;color:#15211f}
h1{font-size:18px;margin:0 0 4px}
.note,.day,.time,.system,.gone{color:#576562;font-size:12px}
.day,.system,.gone{text-align:center;margin:14px 0 8px}
.message{background:#fff;border-radius:12px;padding:8px 12px;margin:6px 0;overflow-wrap:anywhere}
.own{background:#cdebe4}
.who{font-weight:600;margin-right:8px}
.words{white-space:pre-wrap}
.quote{border-left:3px solid #7e8c89;padding-left:8px;margin:4px 0;color:#4d5b58;font-size:13px}
.forwarded{border-left:3px solid #7e8c89;padding-left:10px;margin:6px 0 2px}
.entry{margin:8px 0}
img,video{display:block;max-width:100%;max-height:420px;border-radius:8px}
img.sticker{max-width:160px;max-height:160px}
audio{display:block;max-width:100%}
a{color:#08675f}
@media (prefers-color-scheme:dark){body{background:#0f1514;color:#e7edeb}.message{background:#202827}.own{background:#123f39}
.note,.day,.time,.system,.gone,.quote{color:#a9b5b2}a{color:#4ccbbb}}`;

/** The text with its links as such. Links lead where they are shown to lead, and nowhere by themselves. */
function linked(text: string): string {
  let html = '';
  let at = 0;
  for (const { start, end, href, shown } of findLinks(text)) {
    html += escaped(text.slice(at, start));
    html += `<a href="${escaped(href)}" rel="noopener noreferrer nofollow">${escaped(shown)}</a>`;
    at = end;
  }
  return html + escaped(text.slice(at));
}

const words = (text: string): string => `<div class="words" dir="auto">${linked(text)}</div>`;
const picture = (file: string): string =>
  `<a href="${addressOf(file)}"><img src="${addressOf(file)}" loading="lazy" alt=""></a>`;
const link = (file: string, text: string): string =>
  `<a href="${addressOf(file)}" download>${escaped(text)}</a>`;

/** What is no AMR (`Voices.load`) and what Chromium plays as a film: the page plays it. Others are links. */
const PLAYED = /\.(wav|mp3|ogg|m4a|webm|flac|aac|mp4|mov|mkv|ogv)$/;

/** What a message has as its file, under its words. */
function fileOf(content: MessageContent, file: string, said: string): string {
  if (content.kind === 'image') return picture(file);
  if (content.kind === 'file') return link(file, content.name);
  if ((content.kind === 'voice' || content.kind === 'video') && PLAYED.test(file)) {
    const tag = content.kind === 'voice' ? 'audio' : 'video';
    return `<div>${link(file, said)}</div><${tag} controls preload="none" src="${addressOf(file)}"></${tag}>`;
  }
  if (content.kind !== 'named' || content.drawn) return link(file, said);
  if (content.what === 'sticker')
    return `<img class="sticker" src="${addressOf(file)}" loading="lazy" alt="${escaped(said)}">`;
  return words(said) + picture(file);
}

export function htmlFormat({ chat, language, madeAt }: ExportHead): ExportWriter {
  let day = '';
  /** In its order: words, pictures, and what a picture is where it is not there. */
  const pieces = (rich: NonNullable<Named['rich']>, files: readonly (string | null)[]): string => {
    const left = files.values();
    const named = translate(language, 'preview.image');
    return rich
      .map((piece) => {
        if (typeof piece === 'string') return words(piece);
        const file = piece && left.next().value;
        return file ? `<div>${picture(file)}</div>` : words(named + missingNote(piece !== null, language));
      })
      .join('');
  };
  const said = (entry: ExportEntry): string =>
    own(entry) + (entry.forwarded === undefined ? '' : inside(entry.forwarded));
  /** Of a merged forward: what it holds, without a script to open it by. */
  const inside = (forwarded: Forwarded): string => {
    const notes = forwardedNotes(forwarded, language).map((note) => `<p class="note">${escaped(note)}</p>`);
    const entries = forwarded === 'deeper' ? [] : forwarded.entries;
    const rows = entries.map((entry) => {
      const who = `<bdi class="who">${escaped(entry.message.fromName)}</bdi>`;
      const time = `<span class="time">${entryTime(entry.message)}</span>`;
      return `<div class="entry"><div>${who}${time}</div>${said(entry)}</div>\n`;
    });
    return `<div class="forwarded">\n${rows.join('')}${notes.join('')}</div>`;
  };
  const own = ({ message, file, missing, pictures = [] }: ExportEntry): string => {
    const { content } = message;
    if (content.kind === 'named' && content.rich && pictures.length > 0)
      return pieces(content.rich, pictures);
    if (file !== null) return fileOf(content, file, plainWords(content, language));
    return words(plainWords(content, language) + missingNote(missing, language));
  };
  return {
    begin() {
      const when = `${localDay(madeAt)} ${localTime(madeAt)}`;
      return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${escaped(chat)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1><bdi>${escaped(chat)}</bdi></h1>
<p class="note">${escaped(translate(language, 'export.madeAt', { t: when }))}</p>
`;
    },
    entry(entry) {
      const { message } = entry;
      const atMs = message.timestamp * 1000;
      const today = localDay(atMs);
      const head = today === day ? '' : `<h2 class="day">${today}</h2>\n`;
      day = today;
      const time = `<span class="time">${localTime(atMs)}</span>`;
      if (isWithheld(message))
        return `${head}<p class="gone">${escaped(recalledLine(message, language))} ${time}</p>\n`;
      if (message.content.kind === 'system')
        return `${head}<p class="system">${escaped(plainWords(message.content, language))} ${time}</p>\n`;
      const quote = quotedLine(message, language);
      const quoted = quote === null ? '' : `<div class="quote" dir="auto">${escaped(quote)}</div>`;
      const edited = message.edited
        ? ` <span class="time">(${escaped(translate(language, 'msg.edited'))})</span>`
        : '';
      const who = `<bdi class="who">${escaped(message.fromName)}</bdi>${time}${edited}`;
      return `${head}<div class="message${message.own ? ' own' : ''}"><div>${who}</div>${quoted}${said(entry)}</div>\n`;
    },
    end: (complete) =>
      `${complete ? '' : `<p class="note">${escaped(translate(language, 'export.incomplete'))}</p>\n`}</body>\n</html>\n`,
  };
}
