/** Limits of the contract that both sides name. */

/** Signed in side by side (docs/accounts.md). */
export const MAX_ACCOUNTS = 5;
/** ui.md 3: the composer's limit in characters. */
export const MAX_TEXT_LENGTH = 5_000;
/** What is written in a composer and not sent is kept up to here: a text field holds no more without stalling. */
export const MAX_DRAFT_LENGTH = 10_000_000;
/** A longer draft stays on the device where it was written: TSDD takes no more (tsdd-api.md 4.2). */
export const MAX_SHARED_DRAFT_LENGTH = 1_000;
/**
 * Largest file that is sent. TSDD has no limit of its own, and holds an upload in memory while it comes (tsdd-api.md
 * 6.1): more would take such a server down. What a server or its proxy refuses earlier is said once it is known.
 */
export const MAX_ATTACHMENT_BYTES = 2 * 1024 * 1024 * 1024;
/** Of one message's files together: each is copied before it is sent. */
export const MAX_TRAY_BYTES = 4 * 1024 * 1024 * 1024;
/** Largest piece of `attachments.append`. */
export const MAX_ATTACHMENT_PIECE_BYTES = 1024 * 1024;
/** Largest picture that is put on the clipboard, as PNG: what is shown has at most 50 megapixels. */
export const MAX_COPIED_PICTURE_BYTES = 200 * 1024 * 1024;
/** A larger group is never sent to the page whole. */
export const WHOLE_MEMBER_LIST = 200;
/** Most members of one answer. */
export const MAX_MEMBER_PAGE = 200;
/** Of a recording: a second and a minute, at 8,000 a second. */
export const MIN_VOICE_SAMPLES = 8_000;
export const MAX_VOICE_SAMPLES = 480_000;
/** Chats that are forwarded to at once (docs/merged-forward.md). */
export const MAX_FORWARD_TARGETS = 9;
/** Chats that are asked about at once: more than an account has. */
export const MAX_ASKED_CHATS = 20_000;
/** Characters of a table that is saved. */
export const MAX_TABLE_LENGTH = 4_000_000;
/** Messages that a reply to one notification names; what is more is not looked after. */
export const MAX_ANSWERED = 100;

/** Of a sticker made of a file: what the panel shows. */
export const MAX_STICKER_BYTES = 1024 * 1024;
/** Packs of stickers that an account has here; what a server lists beyond is not shown. */
export const MAX_PACKS = 100;
