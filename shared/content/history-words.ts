/** What a merged forward says before it is opened, for search. */
import type { MessageContent } from './message-content.ts';

export type HistorySummary = Extract<MessageContent, { kind: 'history' }>;

/** The words by which one is found: its people, and what its first lines say. */
export function historyWords({ names, lines }: HistorySummary): string {
  const said = lines.map(({ content }) => {
    if (content.kind === 'text') return content.text;
    if (content.kind === 'file' || content.kind === 'image') return content.name ?? '';
    return content.kind === 'named' ? content.detail : '';
  });
  return [names.join('、'), ...said].filter((words) => words !== '').join('\n');
}

/** It may say less than it did: it was edited, or holds copies of messages that were recalled. */
export const saysLess = ({ content, edited }: { content: MessageContent; edited: boolean }): boolean =>
  edited || (content.kind === 'history' && content.blank.length > 0);
