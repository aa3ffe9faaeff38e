/** `firstMs`, twice that, four times that … `mostMs`. `failures`: tries in a row that failed, this one counted. */
export function backOffMs(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(20, Math.max(0, failures - 1)));
}
