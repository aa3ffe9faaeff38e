/** What is attached against what is known of the way to the server. Pure. */

/** more.md 12: what takes longer is asked about. */
const SLOW_SECONDS = 3 * 60;

export interface SlowFiles {
  names: readonly string[];
  bytes: number;
  bytesPerSecond: number;
  /** Whole ones, rounded up. */
  minutes: number;
}

interface Attached {
  name: string;
  size: number;
}

/** null = it is soon done, or nobody knows. */
export function slowFiles(items: readonly Attached[], bytesPerSecond: number | null): SlowFiles | null {
  const bytes = items.reduce((sum, { size }) => sum + size, 0);
  if (bytesPerSecond === null || bytesPerSecond <= 0 || bytes / bytesPerSecond <= SLOW_SECONDS) return null;
  const minutes = Math.ceil(bytes / bytesPerSecond / 60);
  return { names: items.map(({ name }) => name), bytes, bytesPerSecond, minutes };
}

/** The first that the server would refuse. */
export const overServer = <F extends Attached>(
  items: readonly F[],
  refusedBytes: number | null,
): F | undefined => items.find(({ size }) => refusedBytes !== null && size >= refusedBytes);
