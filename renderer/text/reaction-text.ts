/** Reactions in words: whose they are, for a tooltip and for readers. */
import type { ReactionView } from '../../shared/content/reaction.ts';
import { type Language, translate } from '../../shared/strings/index.ts';
import { between, nameList } from '../../shared/strings/name-list.ts';
import { isolated } from '../../shared/display-name.ts';

/** 你、林知夏 等 6 人 */
export function whoReacted({ count, mine, names }: ReactionView, language: Language): string {
  const shown = [...(mine ? [translate(language, 'rx.you')] : []), ...names.map(isolated)];
  const words = nameList(language, shown);
  return count > shown.length ? translate(language, 'rx.others', { X: words, n: count }) : words;
}

/** 👍，6 人：你、林知夏 等 6 人 */
export function reactionName(reaction: ReactionView, language: Language): string {
  const { count: n, emoji, pending } = reaction;
  const name = translate(language, 'rx.name', { emoji, n, X: whoReacted(reaction, language) });
  return pending ? `${name}${between(language)}${translate(language, 'rx.pending')}` : name;
}

/** Of a message, beside what it says: 回应 👍 6、🎉 3 */
export function reactionsText(reactions: readonly ReactionView[] | undefined, language: Language): string {
  if (!reactions || reactions.length === 0) return '';
  const said = reactions.slice(0, 6).map(({ count, emoji, mine }) => {
    const each = `${emoji} ${count}`;
    return mine ? translate(language, 'rx.includesYou', { X: each }) : each;
  });
  return translate(language, 'rx.summary', { X: nameList(language, said) });
}
