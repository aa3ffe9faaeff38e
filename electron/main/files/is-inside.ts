import { isAbsolute, relative, sep } from 'node:path';

/** Whether `file` is below `folder`, as both are written. */
export function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
