/** What a conversation row says under its title. Pure. Order: [有人@我] > [草稿] > typing > text (ui.md 3). */
import { withoutFences } from '../../../shared/content/code-fences.ts';
import {
  ChannelType,
  type ConversationView,
  type DraftFileKind,
  type Role,
  type TypingView,
} from '../../../shared/domain.ts';
import { wordedDigest } from '../../../shared/strings/digest.ts';
import { type Language, type Text, translate } from '../../../shared/strings/index.ts';
import type { Self } from '../../../shared/strings/worded-system-line.ts';
import { typingText } from '../../text/typing-text.ts';
import { pendingText, recallTip, typedTip } from '../../text/recall-tip.ts';

export interface RowPreview {
  /** Red prefix. */
  tag: 'mention' | 'draft' | null;
  tone: 'normal' | 'typing' | 'recalled';
  /** A string of the tables, or the text itself. */
  text: Text | { plain: string };
  /** What else a draft holds, before its words. */
  files?: readonly DraftFileKind[];
  /** State marks of an own last message; hidden while a draft or typing is shown. */
  showState: boolean;
}

export interface PreviewWords {
  language: Language;
  /** 群主, 管理员. */
  roleName: (role: Role) => string;
  /** null while the name is not known. */
  nameOf: (uid: string) => string | null;
  self: Self;
  /** Placeholders name the kind. */
  showKind: boolean;
}

export function rowPreview(
  row: ConversationView,
  typing: readonly TypingView[],
  words: PreviewWords,
  open = false,
): RowPreview {
  // What is written in the open conversation stands in the composer already.
  const drafted = !open && (row.draft !== '' || row.draftFiles !== undefined);
  const tag = row.mentions > 0 ? 'mention' : drafted ? 'draft' : null;
  if (tag === 'draft') {
    const files = row.draftFiles;
    const text = { plain: oneLine(withoutFences(row.draft)) };
    return { tag, tone: 'normal', text, ...(files && { files }), showState: false };
  }
  const typed = tag === null ? typingText(typing, row.channel.channelType === ChannelType.person) : null;
  if (typed) return { tag, tone: 'typing', text: typed, showState: false };
  return { tag, ...lastMessage(row, words) };
}

function lastMessage(row: ConversationView, words: PreviewWords): Omit<RowPreview, 'tag'> {
  const { preview } = row;
  if (preview.kind === 'recallPending') {
    return { tone: 'recalled', text: { key: pendingText(preview.recall), params: {} }, showState: false };
  }
  if (preview.kind === 'recalled') {
    const done = preview.recall?.state === 'done' ? preview.recall : null;
    const uid = done?.revokerUid ?? null;
    const tip = recallTip(
      {
        meUid: words.self.uid,
        author: { uid: preview.fromUid, name: preview.fromName },
        actor: {
          uid,
          name: (uid === null ? null : words.nameOf(uid)) ?? done?.revokerName ?? '',
          role: done?.revokerRole ?? null,
        },
      },
      words.roleName,
    );
    const text = words.showKind ? typedTip(tip, done?.was, (key) => translate(words.language, key)) : tip;
    return { tone: 'recalled', text, showState: false };
  }
  if (preview.kind === 'none') return { tone: 'normal', text: { plain: '' }, showState: false };
  const text = oneLine(wordedDigest(words.language, preview, words.self));
  const named =
    row.channel.channelType === ChannelType.group &&
    preview.kind === 'message' &&
    !preview.own &&
    preview.fromName;
  return {
    tone: 'normal',
    text: named ? { key: 'preview.from', params: { name: preview.fromName, text } } : { plain: text },
    showState: preview.own && preview.kind === 'message',
  };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
