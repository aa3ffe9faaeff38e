/** By how many characters a text is longer than is taken; 0 = it fits. */
export const overBy = (text: string, max: number): number => Math.max(0, text.trim().length - max);
