/** The panel in rows: heads, and eight emoji each. Pure. */
import type { Emoji } from './emoji-data.ts';

export const COLUMNS = 8;

export interface EmojiCell {
  /** What is inserted. */
  char: string;
  name: string;
}

export type SectionId = 'recent' | 'hits' | Emoji['category'];

export type PanelRow =
  | { kind: 'head'; section: SectionId }
  /** `first`: the number of its first cell among all cells. */
  | { kind: 'cells'; section: SectionId; first: number; cells: readonly EmojiCell[] };

export function panelRows(sections: readonly (readonly [SectionId, readonly EmojiCell[]])[]): PanelRow[] {
  const rows: PanelRow[] = [];
  let first = 0;
  for (const [section, cells] of sections) {
    if (cells.length === 0) continue;
    rows.push({ kind: 'head', section });
    for (let at = 0; at < cells.length; at += COLUMNS) {
      const row = cells.slice(at, at + COLUMNS);
      rows.push({ kind: 'cells', section, first, cells: row });
      first += row.length;
    }
  }
  return rows;
}

/** The cell above or below: in the same column, else the last of a shorter row. */
export function stepRow(rows: readonly PanelRow[], at: number, by: 1 | -1): number {
  const lines = rows.filter((row) => row.kind === 'cells');
  const line = lines.findIndex((row) => at < row.first + row.cells.length);
  const from = lines[line];
  const to = lines[line + by];
  if (!from || !to) return at;
  return to.first + Math.min(at - from.first, to.cells.length - 1);
}
