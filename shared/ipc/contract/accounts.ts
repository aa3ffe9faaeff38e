/** Accounts that are signed in side by side: the rail, and what goes from one to another (docs/accounts.md). */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { Done, Nothing } from './arguments.ts';
import { call } from './channel.ts';

/** A known sign-in on this computer. Never holds the token. */
export const AccountEntry = z.object({
  id: z.string(),
  server: z.string(),
  uid: z.string(),
  username: z.string(),
  name: z.string(),
  /** A token is stored: opening the account needs no password. */
  keepSignedIn: z.boolean(),
});
export type AccountEntry = z.infer<typeof AccountEntry>;

/**
 * What became of a session at its server: ended; kept (TSDD has no route that ends one: it lasts until its token
 * expires); not known, because the server did not answer; or there was none, because no token was stored.
 */
export const SessionEnd = z.enum(['ended', 'kept', 'unreachable', 'none']);
export type SessionEnd = z.infer<typeof SessionEnd>;

/** `locked`: the session ended, and the password is needed. */
export const AccountState = z.enum(['online', 'connecting', 'offline', 'locked']);
export type AccountState = z.infer<typeof AccountState>;

/** What the rail shows of an account, whether its page is on screen or not. */
export const AccountOnRail = AccountEntry.extend({
  /** What the user calls it; null = nothing. */
  tag: z.string().nullable(),
  /** No notifications, and not counted outside the rail. */
  muted: z.boolean(),
  /** Without the messages of muted chats. */
  unread: z.int(),
  state: AccountState,
});
export type AccountOnRail = z.infer<typeof AccountOnRail>;

/** Which chat was open when somebody left an account; where in it, the chat's own place says. No words of anybody. */
export const Place = z.object({
  channel: ChannelRef,
  infoOpen: z.boolean(),
});
export type Place = z.infer<typeof Place>;

/** A place in another account: of a notification, a link, the way back. */
const Target = z.object({ channel: ChannelRef, messageSeq: z.int().nullable() });

/** What a page that begins finds of its account's last one, once. */
export const Arrival = z.object({
  place: Place.nullable(),
  target: Target.nullable(),
  /** The account that was on screen before was signed out: what became of its session. */
  ended: SessionEnd.nullable(),
});
export type Arrival = z.infer<typeof Arrival>;

export const MAX_TAG_LENGTH = 20;
const Id = z.object({ id: z.string().max(64) });

export const accountsContract = {
  /**
   * Puts another account on the screen. `place` is kept for the way back; `target` is opened there. `unauthorized`: its
   * session ended, and the password is needed.
   */
  'accounts.switch': call(Id.extend({ place: Place.nullable(), target: Target.nullable() }), Done),
  /** For a page whose account opens later than it began. */
  'accounts.arrive': call(Nothing, Arrival),
  /** The order of the rail; who is not named keeps the place behind the others. */
  'accounts.order': call(z.object({ ids: z.array(z.string().max(64)).max(20) }), Done),
  'accounts.describe': call(
    Id.extend({
      tag: z.string().trim().max(MAX_TAG_LENGTH).nullable().exactOptional(),
      muted: z.boolean().exactOptional(),
    }),
    Done,
  ),
  /** As `shell.signOut`, of any account of the rail; the others stay as they are. */
  'accounts.signOut': call(Id, z.object({ session: SessionEnd })),
} as const;
