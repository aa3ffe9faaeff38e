import type { ContentKind } from '../domain.ts';
import { type Language, translate } from './index.ts';

const NOTICES = {
  system: 'msg.notice',
  noticeMembers: 'msg.noticeMembers',
  noticeSystem: 'msg.noticeSystem',
} as const;

/** A system line whose words are not kept. */
export const noticeText = (language: Language, kind: keyof typeof NOTICES): string =>
  translate(language, NOTICES[kind]);

/** One line of a message as the core gives it, with what is not text worded in a language: `[图片]`, `[File] name`. */
export function wordedDigest(
  language: Language,
  { text, contentKind }: { text: string; contentKind?: ContentKind | undefined },
): string {
  switch (contentKind) {
    case 'image':
      return translate(language, 'preview.image');
    case 'voice':
      return translate(language, 'preview.voice');
    case 'file':
      return text.replace(translate('zh', 'preview.file'), () => translate(language, 'preview.file'));
    case 'pinned':
      return translate(language, 'msg.pinned', { X: text }).trim();
    case 'covered':
      return translate(language, 'preview.covered');
    case 'unsupported':
      return translate(language, 'msg.unsupported');
    case 'system':
      return text || noticeText(language, contentKind);
    case 'noticeMembers':
    case 'noticeSystem':
      return noticeText(language, contentKind);
    case 'text':
    case undefined:
      return text;
    default: {
      const key = `preview.${contentKind}` as const;
      return text.replace(translate('zh', key), () => translate(language, key));
    }
  }
}
