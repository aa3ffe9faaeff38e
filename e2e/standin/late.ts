/**
 * A computer that is slow in the way that shows what a spec does not wait for: with `WUKONG_E2E_LATE_MS=300` the code
 * of a page and what the bridge answers come that much later than they would, in the order they came in.
 */
export const LATE_MS = Number(process.env['WUKONG_E2E_LATE_MS'] ?? 0);

/** Resolves when something that is late may come. */
export const whenLate = (): Promise<void> =>
  LATE_MS > 0 ? new Promise((come) => setTimeout(come, LATE_MS)) : Promise.resolve();
