/** Whether a message says one to three emoji and nothing else: drawn large. */
const ONE_TO_THREE = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** A family of four with skin tones is 41 long. */
const LONGEST = 150;

export const isEmojiOnly = (text: string): boolean => text.length <= LONGEST && ONE_TO_THREE.test(text);
