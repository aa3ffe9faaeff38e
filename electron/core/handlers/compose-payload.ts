/**
 * Payloads this client puts on the wire (tsdd-api.md 6.2). `type` is always a number, `reply.message_id` a string,
 * `mention.all` a number: other types break TSDD's servers and clients for the whole channel.
 */
import type { MessageView } from '../../../shared/domain.ts';
import { extensionOf } from '../media/file-kind.ts';
import type { StagedFile } from '../media/staging.ts';
import { type Mention, PayloadType } from '../../../shared/content/message-content.ts';

type Payload = Record<string, unknown>;

export interface Quoted {
  quotable: MessageView;
  quotedPayload: Payload;
}

export function textPayload(text: string, mention: Mention, quoted: Quoted | null): Payload {
  const payload: Payload = { type: PayloadType.text, content: text };
  addMention(payload, mention);
  addQuote(payload, quoted);
  return payload;
}

function addMention(payload: Payload, mention: Mention): void {
  if (!mention.all && mention.uids.length === 0) return;
  payload['mention'] = {
    ...(mention.all ? { all: 1 } : {}),
    ...(mention.uids.length > 0 ? { uids: [...new Set(mention.uids)] } : {}),
  };
}

/** Whether two lists mention the same people. */
export function sameMentions(one: Mention, other: Mention): boolean {
  const uids = new Set(one.uids);
  const others = new Set(other.uids);
  return one.all === other.all && uids.size === others.size && [...others].every((uid) => uids.has(uid));
}

/**
 * The whole payload of an edited text: other words, and exactly the mentions they have. `entities` are places in the
 * old words.
 */
export function editedPayload(before: Payload, text: string, mention: Mention): Payload {
  const { mention: _mention, entities: _entities, ...rest } = before;
  const payload: Payload = { ...rest, type: PayloadType.text, content: text };
  addMention(payload, mention);
  return payload;
}

/** Without `url`, which the upload adds. */
export function attachmentPayload(
  { attachment, name }: StagedFile,
  { width, height }: { width: number; height: number } = { width: 0, height: 0 },
  quoted: Quoted | null = null,
): Payload {
  const payload: Payload =
    attachment.mime === ''
      ? { type: PayloadType.file, url: '', name, size: attachment.size, extension: extensionOf(name) }
      : { type: PayloadType.image, url: '', width, height, ...(isGivenName(name) ? { name } : {}) };
  addQuote(payload, quoted);
  return payload;
}

/** What Chromium calls a picture that was pasted is no name. */
const isGivenName = (name: string): boolean => name !== '' && name !== 'image.png';

function addQuote(payload: Payload, quoted: Quoted | null): void {
  if (quoted?.quotable.messageId) {
    const { quotable, quotedPayload } = quoted;
    payload['reply'] = {
      message_id: quotable.messageId,
      message_seq: quotable.messageSeq,
      from_uid: quotable.fromUid,
      from_name: quotable.fromName,
      // Other clients show this copy; the quote's own quote and mentions are none of their business.
      payload: copyForForward(quotedPayload) ?? { type: PayloadType.text, content: '' },
    };
  }
}

/** Keys that belong to the original's conversation, not to its content. */
const NOT_COPIED = new Set([
  'reply',
  'mention',
  'visibles',
  'invisibles',
  'robot_id',
  'flame',
  'flame_second',
]);

/** The payload as a message of its own; null for what cannot be sent on (system lines, commands, no type). */
export function copyForForward(payload: Payload): Payload | null {
  const { type } = payload;
  if (typeof type !== 'number' || !Number.isInteger(type) || type < 1) return null;
  if (type === PayloadType.cmd || type === 97 || type === 98) return null;
  if (type >= PayloadType.systemFirst) return null;
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !NOT_COPIED.has(key)));
}
