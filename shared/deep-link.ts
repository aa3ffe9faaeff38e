/**
 * `wukong://` links, as other programs hand them to the app. Anybody can make one, a web page can have one opened: each
 * form is one of a few, nothing in it is taken over unread, and what it asks for happens after a question only
 * (docs/native.md).
 */
import { z } from 'zod';
import { ChannelRef, ChannelType } from './domain.ts';

/** Longer ones are refused before they are looked at. */
export const MAX_LINK_LENGTH = 2_048;
const MAX_KEYWORD_LENGTH = 100;
const MAX_SERVER_LENGTH = 500;

export const DeepLink = z.discriminatedUnion('kind', [
  /** `wukong://chat/person/<uid>`, `wukong://chat/group/<number>`. */
  z.object({ kind: z.literal('chat'), channel: ChannelRef }),
  /** `wukong://friend/<user name or number>`. */
  z.object({ kind: z.literal('friend'), keyword: z.string().min(1).max(MAX_KEYWORD_LENGTH) }),
  /** `wukong://server?address=<http(s) address>`: normalised, without anything behind the path. */
  z.object({ kind: z.literal('server'), server: z.string().min(1).max(MAX_SERVER_LENGTH) }),
  /** What was wrong: too long, no form of this version, an address that is none of a server. */
  z.object({ kind: z.literal('bad'), why: z.enum(['long', 'form', 'address']) }),
]);
export type DeepLink = z.infer<typeof DeepLink>;

/** What another program, or a task of the system's list for the app, asks the page for. */
export const Asked = z.discriminatedUnion('kind', [
  ...DeepLink.options,
  /** No link has this form: it comes from the app's own `--open`. */
  z.object({ kind: z.literal('place'), to: z.enum(['newGroup', 'search', 'settings']) }),
]);
export type Asked = z.infer<typeof Asked>;

const bad = (why: Extract<DeepLink, { kind: 'bad' }>['why']): DeepLink => ({ kind: 'bad', why });

/** Whether an argument of the command line is a link at all, a good or a bad one. */
export const isLink = (text: string): boolean => /^wukong:/i.test(text);

/** Ids are what servers make: letters, digits and a few marks. */
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,199}$/;
/** A user name or number as it is typed; nothing invisible, nothing that turns text around. */
const KEYWORD = /^[\p{L}\p{N}_.@+-]{1,100}$/u;
const CHANNEL_TYPES: ReadonlyMap<string, number> = new Map(Object.entries(ChannelType));

/** Never throws. One authority, known segments, known parameters once: anything else in it makes it a bad one. */
export function parseLink(text: string): DeepLink {
  if (text.length > MAX_LINK_LENGTH) return bad('long');
  if (!isLink(text)) return bad('form');
  // `URL` would strip white space and control characters, and take what Windows makes of a slash.
  const parts = /^wukong:\/\/([a-z]+)((?:\/[^/?#\s\\\p{C}]+)*)\/?(?:\?([^?#\s\\\p{C}]*))?$/iu.exec(text);
  const [, area = '', path = '', query] = parts ?? [];
  const segments = decoded(path.split('/').slice(1));
  if (parts === null || segments === null) return bad('form');
  const [first = '', second = ''] = segments;
  switch (area.toLowerCase()) {
    case 'chat':
      return segments.length === 2 && query === undefined ? chatLink(first, second) : bad('form');
    case 'friend':
      return segments.length === 1 && query === undefined && KEYWORD.test(first)
        ? { kind: 'friend', keyword: first }
        : bad('form');
    case 'server':
      return segments.length === 0 && query !== undefined ? serverLink(query) : bad('form');
    default:
      return bad('form');
  }
}

function chatLink(type: string, channelId: string): DeepLink {
  const channelType = CHANNEL_TYPES.get(type);
  if (channelType === undefined || !ID.test(channelId)) return bad('form');
  return { kind: 'chat', channel: { channelId, channelType } };
}

function serverLink(query: string): DeepLink {
  const [name, value, ...more] = query.split('=');
  if (name !== 'address' || value === undefined || more.length > 0 || query.includes('&')) return bad('form');
  const [address] = decoded([value]) ?? [];
  if (address === undefined) return bad('form');
  const server = serverAddress(address);
  return server === null ? bad('address') : { kind: 'server', server };
}

/** No user name or password, nothing behind the path: those could carry what nobody sees in the form. */
function serverAddress(text: string): string | null {
  if (text.length > MAX_SERVER_LENGTH || !/^https?:\/\/[^\s\\\p{C}]+$/iu.test(text)) return null;
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || /[?#]/.test(text)) return null;
  const server = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  return server.length > MAX_SERVER_LENGTH ? null : server;
}

function decoded(parts: readonly string[]): string[] | null {
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return null;
  }
}
