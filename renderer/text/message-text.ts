/** What a message says in words: for accessible names, copying, announcements and quotes in the composer. */
import { reactionsText } from './reaction-text.ts';
import { canBeOpened } from '../../shared/content/flame.ts';
import { historyPeople } from './history-title.ts';
import { withoutFences } from '../../shared/content/code-fences.ts';
import { filmTime } from '../../shared/content/film-time.ts';
import type { MessageContent } from '../../shared/content/message-content.ts';
import { noticeKind } from '../../shared/content/system-lines.ts';
import { ChannelType, type MessageView } from '../../shared/domain.ts';
import { noticeText, pinnedText } from '../../shared/strings/digest.ts';
import { NOBODY, type Self, systemLineText } from '../../shared/strings/worded-system-line.ts';
import type { Language } from '../../shared/strings/index.ts';
import { translate } from '../../shared/strings/index.ts';
import { nameList } from '../../shared/strings/name-list.ts';
import { cutWithMark } from '../../shared/text-cut.ts';
import { clockTime } from '../i18n/time-format.ts';

/** `self`: who is 你 in a line of the server. */
export function contentText(content: MessageContent, language: Language, self: Self = NOBODY): string {
  switch (content.kind) {
    case 'text':
      return content.text;
    case 'image':
      return translate(language, 'preview.image');
    case 'file':
      return `${translate(language, 'preview.file')} ${content.name}`;
    case 'voice':
      return `${translate(language, 'preview.voice')} ${Math.round(content.seconds)}″`;
    case 'video':
      return `${translate(language, 'preview.video')} ${filmTime(content.seconds)}`.trim();
    case 'system':
      if (content.tip === 'pin') return pinnedText(language, content.parts, self);
      return systemLineText(language, content.parts, self) || noticeText(language, noticeKind(content.type));
    case 'named':
      return `${translate(language, `preview.${content.what}`)} ${namedDetail(content, language)}`.trim();
    case 'history':
      return `${translate(language, 'preview.history')} ${historyPeople(content, language)}`.trim();
    case 'covered':
      return translate(language, 'flame.name');
    case 'unsupported':
      return translate(language, 'msg.unsupported');
    case 'recalled':
      return '';
    default:
      return content satisfies never;
  }
}

const namedDetail = (
  { detail, names }: Extract<MessageContent, { kind: 'named' }>,
  language: Language,
): string => (names ? nameList(language, names) : detail);

/** What a message says where one line, or a few, are shown of it. */
export const contentLine = (content: MessageContent, language: Language, self?: Self): string =>
  cutWithMark(spokenText(content, language, self), 500);

/** Where code is not drawn as a block. */
const spokenText = (content: MessageContent, language: Language, self?: Self): string =>
  content.kind === 'text' ? withoutFences(content.text) : contentText(content, language, self);

/** The state of an own message in one word; '' for others'. */
export function sendStateText(message: MessageView, language: Language): string {
  if (!message.own) return '';
  switch (message.send.state) {
    case 'queued':
    case 'sending':
      return translate(language, 'send.sending');
    case 'failed':
      return translate(language, 'send.failed');
    case 'sent':
      if (message.channel.channelType === ChannelType.person) {
        return translate(language, message.readCount ? 'send.read' : 'send.delivered');
      }
      return message.readCount
        ? translate(language, 'send.readBy', { n: message.readCount })
        : translate(language, 'send.sent');
    default:
      return message.send satisfies never;
  }
}

/** Accessible name of a message: sender, time, text, state (ui.md 3). */
export function articleName(message: MessageView, language: Language): string {
  const parts = [
    message.fromName,
    clockTime(language, message.timestamp * 1000),
    // As much as is drawn at first.
    cutWithMark(spokenText(message.content, language), 5_000),
    message.messageId !== null && canBeOpened(message.content) ? translate(language, 'flame.press') : '',
    message.unplayed === true ? translate(language, 'voice.unplayed') : '',
    message.edited ? translate(language, 'msg.edited') : '',
    reactionsText(message.reactions, language),
    sendStateText(message, language),
  ];
  return parts.filter(Boolean).join(language === 'zh' ? '，' : ', ');
}
