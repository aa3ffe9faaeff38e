/**
 * One line of a message for an OS notification. The core does not know the language of the interface, so everything
 * but words the sender wrote is a stable tag; the main thread replaces a leading tag by its own text:
 * `[image]`, `[file] name`, `[voice]`, `[system]`, `[message]` (kinds this version cannot show).
 */
import type { MessageContent } from '../../../shared/content/message-content.ts';

const MAX_LENGTH = 160;

export function digestOf(content: MessageContent): string {
  switch (content.kind) {
    case 'text':
      return oneLine(content.text);
    case 'image':
      return '[image]';
    case 'file':
      return oneLine(`[file] ${content.name}`);
    case 'voice':
      return '[voice]';
    case 'system':
      return '[system]';
    case 'unsupported':
      return '[message]';
    case 'recalled':
      return '';
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= MAX_LENGTH) return line;
  // Not in the middle of a surrogate pair.
  return `${[...line.slice(0, MAX_LENGTH)].slice(0, -1).join('')}…`;
}
