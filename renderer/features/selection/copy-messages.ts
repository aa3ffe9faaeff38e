/** Several messages as text: each under its name and time, in the order of the chat. */
import type { MessageView } from '../../../shared/domain.ts';
import type { Language } from '../../../shared/strings/index.ts';
import { fullTime } from '../../i18n/time-format.ts';
import { burns } from '../../state/messages/flames.ts';
import { isRecalled } from '../../state/messages/is-recalled.ts';
import { contentText } from '../../text/message-text.ts';

/** What may be taken along: nothing recalled or being recalled, nothing that burns or is covered. */
const isCopied = (message: MessageView): boolean =>
  !isRecalled(message) &&
  !burns(message) &&
  !['recalled', 'covered', 'system'].includes(message.content.kind) &&
  // Left the window of the flow: its words are not here.
  !(message.content.kind === 'unsupported' && message.content.type === 0);

export function messagesAsText(
  messages: readonly MessageView[],
  language: Language,
): { text: string; count: number } {
  const copied = messages.filter(isCopied).toSorted((a, b) => a.order - b.order);
  const pieces = copied.map(
    (message) =>
      `${message.fromName} ${fullTime(language, message.timestamp * 1000)}\n${contentText(message.content, language)}`,
  );
  return { text: pieces.join('\n\n'), count: copied.length };
}
