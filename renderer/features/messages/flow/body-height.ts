import type { MessageView } from '../../../../shared/domain.ts';
import { pictureBox } from '../content/picture-box.ts';

/** Height of a bubble in px, guessed from its content. */
export function estimateBody({ content, quote }: MessageView): number {
  if (content.kind === 'image') return pictureBox(content.width, content.height).height + (quote ? 70 : 0);
  const lines =
    content.kind === 'text' ? Math.ceil(content.text.length / 34) + (content.text.split('\n').length - 1) : 2;
  return 14 + lines * 22 + (quote ? 51 : 0);
}
