/** How high rows will be, guessed until they are drawn and measured. */
import type { MessageView } from '../../../../shared/domain.ts';
import { pictureBox } from '../content/picture-box.ts';
import type { FlowRow } from './flow-rows.ts';

/** Height of a row in px to begin with; it is measured once it is drawn. */
export function estimateHeight(row: FlowRow | undefined): number {
  if (!row) return 40;
  const above = (row.day === null ? 0 : 38) + (row.unread ? 38 : 0);
  return row.kind === 'bubble' ? above + (row.groupStart ? 32 : 3) + row.bodyHeight : above + 34;
}

/** Height of a bubble in px, guessed from its content. */
export function estimateBody({ content, quote }: MessageView): number {
  if (content.kind === 'image') return pictureBox(content.width, content.height).height + (quote ? 70 : 0);
  const lines =
    content.kind === 'text' ? Math.ceil(content.text.length / 34) + (content.text.split('\n').length - 1) : 2;
  return 14 + lines * 22 + (quote ? 51 : 0);
}
