import type { ContentKind } from '../content/content-kind.ts';
import { namedIn, type SystemPart } from '../content/system-lines.ts';
import { type Language, translate } from './index.ts';
import { nameList } from './name-list.ts';
import { NOBODY, type Self, systemLineText, wordedSystemLine } from './worded-system-line.ts';

const NOTICES = {
  system: 'msg.notice',
  noticeMembers: 'msg.noticeMembers',
  noticeSystem: 'msg.noticeSystem',
} as const;

/** A system line whose words are not kept. */
export const noticeText = (language: Language, kind: keyof typeof NOTICES): string =>
  translate(language, NOTICES[kind]);

interface Digest {
  text: string;
  contentKind?: ContentKind | undefined;
  /** Of a system line, or the names in a digest. */
  parts?: readonly SystemPart[] | undefined;
}

/** One line of a message as the core gives it, with what is not text worded in a language: `[图片]`, `[File] name`. */
export function wordedDigest(
  language: Language,
  { text, contentKind, parts }: Digest,
  self: Self = NOBODY,
): string {
  switch (contentKind) {
    case 'image':
      return translate(language, 'preview.image');
    case 'voice':
      return translate(language, 'preview.voice');
    case 'file':
      return text.replace(translate('zh', 'preview.file'), () => translate(language, 'preview.file'));
    case 'pinned':
      return pinnedText(language, parts ?? [{ text, uid: '' }], self);
    case 'covered':
      return translate(language, 'preview.covered');
    case 'unsupported':
      return translate(language, 'msg.unsupported');
    case 'system':
      return parts ? systemLineText(language, parts, self) : text || noticeText(language, contentKind);
    case 'noticeMembers':
    case 'noticeSystem':
      return noticeText(language, contentKind);
    case 'text':
    case undefined:
      return text;
    default: {
      const key = `preview.${contentKind}` as const;
      if (parts) {
        const names = parts.map((part) => part.text);
        return `${translate(language, key)} ${nameList(language, names)}`;
      }
      return text.replace(translate('zh', key), () => translate(language, key));
    }
  }
}

/** Who pinned; `parts`: of the line that says so. */
export const pinnedText = (language: Language, parts: readonly SystemPart[], self: Self): string =>
  translate(language, 'msg.pinned', { X: pinnedBy(language, parts, self) }).trim();

export const pinnedBy = (language: Language, parts: readonly SystemPart[], self: Self): string =>
  namedIn(wordedSystemLine(language, parts, self));
