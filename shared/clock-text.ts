/** Parts of clocks and spans that are written the same in every language. */

/** `07`, of whole numbers. */
export const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `1:05`, of whole seconds; hours are minutes. */
export const minutesText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}`;
