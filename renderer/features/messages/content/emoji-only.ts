/** Whether a message says one to three emoji and nothing else: drawn large. */
const ONE_TO_THREE = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** What each emoji has one of. Making the pattern above takes 25 ms, and most chats never need it. */
const PART_OF_ANY = /[\u00a9\u00ae\u203c-\u3299\ud83c-\ud83e]/;
/** A word, in most messages. */
const WORD_FIRST = /^\s*[A-Za-z\u3400-\u9fff]/;
/** A family of four with skin tones is 41 long. */
const LONGEST = 150;

export const isEmojiOnly = (text: string): boolean =>
  text.length <= LONGEST && PART_OF_ANY.test(text) && !WORD_FIRST.test(text) && ONE_TO_THREE.test(text);
