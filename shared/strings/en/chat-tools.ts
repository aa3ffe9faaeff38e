/** Tools of a chat: its shared content, export, favourites, reminders, a window of its own. */
import type { chatTools as zh } from '../zh/chat-tools.ts';
import type { Texts } from '../texts.ts';

export const chatTools = {
  'shared.title': 'Shared content',
  'shared.kinds': 'Kind of content',
  'shared.media': 'Media',
  'shared.file': 'Files',
  'shared.link': 'Links',
  'shared.voice': 'Voice',
  'shared.search.file': 'Search file names',
  'shared.search.link': 'Search links',
  'shared.locate': 'Show in chat',
  'shared.empty.media': 'No images or videos yet',
  'shared.empty.file': 'No files yet',
  'shared.empty.link': 'No links yet',
  'shared.empty.voice': 'No voice messages yet',
  'shared.empty.found': 'Nothing matches',
  'shared.failed': 'The content could not be loaded',
  'shared.local': 'Only what is loaded on this computer; recalled messages never appear here',
  'shared.whole': 'Recalled messages never appear here',
  'shared.older': 'Look for older content',
  'shared.looking': 'Looking for older content…',
  'shared.olderFailed': 'Older messages could not be read',
  'shared.updated': 'Shared content updated',
  'shared.picture': 'Image, {name}, {time}',
  'shared.video': 'Video, {name}, {time}',
  'shared.more': { one: '{n} more link', other: '{n} more links' },
  'shared.voiceSeconds': 'Voice {t}',
} as const satisfies Texts<typeof zh>;
