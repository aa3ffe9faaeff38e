/** Dragging out of a window: what the system was given is kept for specs. */
import { statSync } from 'node:fs';

export interface Dragged {
  file: string;
  bytes: number;
}

export function startDragOf(dragged: Dragged[]) {
  return ({ file, icon }: { file: string; icon: { isEmpty: () => boolean } }): void => {
    if (icon.isEmpty()) throw new Error("Must specify non-empty 'icon' option");
    dragged.push({ file, bytes: statSync(file).size });
  };
}
