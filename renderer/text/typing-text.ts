/** Who is typing, in words: one name, two names, then how many (more.md 9). The same in the head and in the list. */
import type { TypingView } from '../../shared/domain.ts';
import type { Text } from '../../shared/strings/index.ts';

/** By name: all texts in one type are more than the compiler counts. */
type TypingText = Text<'typing' | 'typing.short' | 'typing.two' | 'typing.many'>;

/** null: nobody. `person`: a chat of two, where the name is in the title. */
export function typingText(typing: readonly TypingView[], person: boolean): TypingText | null {
  const [first, second] = typing;
  if (!first) return null;
  if (person) return { key: 'typing.short', params: {} };
  if (!second) return { key: 'typing', params: { X: first.name } };
  return typing.length === 2
    ? { key: 'typing.two', params: { X: first.name, Y: second.name } }
    : { key: 'typing.many', params: { n: typing.length } };
}
