/** What this computer keeps of how a chat is told of. Whether it is muted at all, the server keeps for all devices. */
import { z } from 'zod';

/** Sounds that the app makes itself. */
export const TONES = ['clear', 'drop', 'wood'] as const;
export type Tone = (typeof TONES)[number];
/** `system`: what the system plays with its notifications. */
export const APP_SOUNDS = ['system', ...TONES] as const;
export const AppSound = z.enum(APP_SOUNDS);
export type AppSound = z.infer<typeof AppSound>;
/** `app`: as the settings say. */
export const CHAT_SOUNDS = ['app', 'system', ...TONES, 'none'] as const;
export const ChatSound = z.enum(CHAT_SOUNDS);
export type ChatSound = z.infer<typeof ChatSound>;

/** A view has it only where it is not `DEFAULT_NOTICE`. */
export const ChatNotice = z.object({
  /** While the chat is muted: who mentions me is told of all the same. */
  mentions: z.boolean(),
  sound: ChatSound,
});
export type ChatNotice = z.infer<typeof ChatNotice>;
export const DEFAULT_NOTICE: ChatNotice = { mentions: true, sound: 'app' };
