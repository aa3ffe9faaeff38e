/** Links of other programs (`wukong://`). */
import type { links as zh } from '../zh/links.ts';
import type { Texts } from '../texts.ts';

export const links = {
  'link.title': 'From a link',
  'link.chat.title': 'Open this chat?',
  'link.chat.body': 'A link asks to open the chat with "{name}".',
  'link.chat.confirm': 'Open chat',
  'link.chat.unknown': 'This account has no chat that the link names.',
  'link.friend.title': 'Look for this person?',
  'link.friend.body': 'A link asks to look for "{name}". Whether to send a request is up to you then.',
  'link.friend.confirm': 'Look',
  'link.server.title': 'Use the server of the link?',
  'link.server.body':
    'A link asks to fill in the server below. User name and password will be sent there: go on only if you know it.',
  'link.server.confirm': 'Fill it in',
  'link.signInFirst': 'Sign in first, then open the link again.',
  'link.bad.form': 'This version does not know this kind of link. Nothing was opened.',
  'link.bad.long': 'The link is too long. Nothing was opened.',
  'link.bad.address': 'The server address in the link cannot be used. Nothing was changed.',
} as const satisfies Texts<typeof zh>;
