/**
 * What is pinned in the chats that were opened. What goes, or says something else, does so in the update that tells of
 * it: the core sends all that is pinned in a chat whenever something of it has changed.
 */
import { create } from 'zustand';
import { canPin, mayPin, type PinView } from '../../../shared/content/pin.ts';
import {
  channelKey,
  type ChannelInfoView,
  type ChannelRef,
  type MessageView,
} from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { onPins, useSession } from '../session/session-store.ts';

/** How long the bar says that what it showed was recalled. */
const GONE_MS = 4_000;

export interface ChatPins {
  /** The oldest pin first. */
  pins: readonly PinView[];
  /** Key of the one in the bar; null = the newest. */
  shown: string | null;
  /** One was recalled just now. */
  gone: boolean;
  /** Put away until the chat is opened again. */
  hidden: boolean;
}

const NONE: ChatPins = { pins: [], shown: null, gone: false, hidden: false };

export const usePinStore = create<{ chats: Readonly<Record<string, ChatPins>> }>(() => ({ chats: {} }));
/** Counts what was told of each chat: an answer that was asked for before is older. */
const told = new Map<string, number>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

const isOpen = (key: string): boolean => key in usePinStore.getState().chats;
const chatOf = (key: string): ChatPins => usePinStore.getState().chats[key] ?? NONE;

function change(key: string, patch: Partial<ChatPins>): void {
  usePinStore.setState(({ chats }) => ({
    chats: { ...chats, [key]: { ...(chats[key] ?? NONE), ...patch } },
  }));
}

/** A chat is opened. */
export async function openPins(channel: ChannelRef): Promise<void> {
  const key = channelKey(channel);
  change(key, {});
  const before = told.get(key) ?? 0;
  const pins = await call('messages.pins', { channel }).catch(() => null);
  if (pins && before === (told.get(key) ?? 0) && isOpen(key)) change(key, { pins });
}

/** The chat is left: nothing of it is kept, and the next time the bar is there again. */
export function closePins(channel: ChannelRef): void {
  const key = channelKey(channel);
  told.set(key, (told.get(key) ?? 0) + 1);
  clearTimeout(timers.get(key));
  const chats = { ...usePinStore.getState().chats };
  delete chats[key];
  usePinStore.setState({ chats });
}

onPins(({ channel, pins, recalled }) => {
  const key = channelKey(channel);
  told.set(key, (told.get(key) ?? 0) + 1);
  if (!isOpen(key)) return;
  const { gone } = chatOf(key);
  change(key, { pins, gone: gone || recalled > 0 });
  if (recalled === 0) return;
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => isOpen(key) && change(key, { gone: false }), GONE_MS),
  );
});

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  for (const timer of timers.values()) clearTimeout(timer);
  usePinStore.setState({ chats: {} });
});

export const usePins = (key: string): ChatPins => usePinStore((state) => state.chats[key] ?? NONE);

/** Place of the one in the bar. */
export function placeOf({ pins, shown }: ChatPins): number {
  const at = pins.findIndex(({ message }) => message.key === shown);
  return at === -1 ? pins.length - 1 : at;
}

/** Another one in the bar; round at both ends. */
export function turnPins(key: string, by: 1 | -1): void {
  const chat = chatOf(key);
  const count = chat.pins.length;
  if (count > 0) change(key, { shown: chat.pins[(placeOf(chat) + by + count) % count]?.message.key ?? null });
}

export const showPin = (key: string, messageKey: string): void => change(key, { shown: messageKey });
export const hidePins = (key: string): void => change(key, { hidden: true });
export const unhidePins = (key: string): void => change(key, { hidden: false });

export const isPinned = (channel: ChannelRef, messageKey: string): boolean =>
  chatOf(channelKey(channel)).pins.some(({ message }) => message.key === messageKey);

export function setPin({ channel, key }: Pick<MessageView, 'channel' | 'key'>, on: boolean): void {
  void attempt(() => call('messages.pin', { channel, key, on }));
}

/** By key: what cannot be pinned, or not by me, is left alone. */
export function togglePin(message: MessageView): void {
  const { abilities, infos } = useSession.getState();
  const info: ChannelInfoView | undefined = infos.get(channelKey(message.channel));
  if (!abilities.pins || !info || !mayPin(info) || !canPin(message)) return;
  setPin(message, !isPinned(message.channel, message.key));
}
