import type { ContentKind } from '../domain.ts';
import { type Language, translate } from './index.ts';

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
      return text || translate(language, 'msg.notice');
    case 'text':
    case undefined:
      return text;
    default: {
      const key = `preview.${contentKind}` as const;
      return text.replace(translate('zh', key), () => translate(language, key));
    }
  }
}
