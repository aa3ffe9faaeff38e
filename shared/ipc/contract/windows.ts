/** Chats in windows of their own (docs/chat-windows.md). */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { ChannelOnly, Done } from './arguments.ts';
import { call } from './channel.ts';

/** A place in the main window that something outside its page asks for. */
export const Destination = z.discriminatedUnion('to', [
  z.object({
    to: z.literal('channel'),
    channel: ChannelRef,
    messageSeq: z.int().nullable(),
    /** Of whom; without: of the account on the screen. */
    account: z.string().exactOptional(),
  }),
  z.object({
    to: z.literal('settings'),
    page: z.enum(['notifications', 'lock', 'shortcuts']).exactOptional(),
  }),
  /** The list of chats, of whom. */
  z.object({ to: z.literal('chats'), account: z.string() }),
  z.object({ to: z.literal('newGroup') }),
  z.object({ to: z.literal('search') }),
  /** The form, for the account on the screen. */
  z.object({ to: z.literal('signIn') }),
  /** Something waits to be taken with `shell.takeAsked`. */
  z.object({ to: z.literal('asked') }),
]);
export type Destination = z.infer<typeof Destination>;

export const MAX_CHAT_WINDOWS = 8;

export const windowsContract = {
  /**
   * The chat's own window: made, or shown where there is one; at a message. `refused` beyond `MAX_CHAT_WINDOWS`,
   * `signedOut` for the page of an account that is not on the screen.
   */
  'windows.openChat': call(z.object({ channel: ChannelRef, messageSeq: z.int().nullable() }), Done),
  /** Of a window that has put away what it must, or has nothing to show. */
  'windows.closeChat': call(ChannelOnly, Done),
  /** Of a page that was told `app.leaving`, with the number it was told. */
  'windows.stored': call(z.object({ page: z.int() }), Done),
  /** What the window of a chat is called. */
  'windows.setTitle': call(ChannelOnly.extend({ title: z.string().max(300) }), Done),
  /** A chat's window leads to a place in the main one. */
  'windows.goTo': call(Destination, Done),
} as const;
