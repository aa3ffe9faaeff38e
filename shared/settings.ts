/** Settings of the app on this computer (not of an account). Unknown or damaged values fall back to the default. */
import { z } from 'zod';
import { AppSound } from './chat-notice.ts';
import { ChosenKeys, GlobalKeys } from './commands.ts';
import { AUTO_LOAD_MB, MEDIA_DAYS, MEDIA_LIMITS_MB } from './media-rules.ts';
import { DEFAULT_QUIET_HOURS, QuietHours } from './quiet-hours.ts';

export const LOCK_AFTER = [0, 1, 5, 15, 60] as const;

export const Settings = z.object({
  language: z.enum(['system', 'zh', 'en']).catch('system'),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  /** px of message text, ui.md 2. */
  fontSize: z.int().min(13).max(18).catch(14),
  compactList: z.boolean().catch(false),
  /** Only where it is done on this computer. */
  spellCheck: z.boolean().catch(true),
  sendKey: z.enum(['enter', 'ctrlEnter']).catch('enter'),
  closeToTray: z.boolean().catch(true),
  notifications: z.boolean().catch(true),
  notificationText: z.boolean().catch(true),
  notificationSound: z.boolean().catch(true),
  /** Of chats that have none of their own. */
  notificationTone: AppSound.catch('system'),
  quietHours: QuietHours.catch(DEFAULT_QUIET_HOURS),
  /** The task bar button or dock icon asks to be looked at when a message is told of. */
  requestAttention: z.boolean().catch(true),
  badgeCountsMuted: z.boolean().catch(false),
  confirmRecall: z.boolean().catch(false),
  offerReedit: z.boolean().catch(true),
  /** Placeholders name the kind of what was recalled. */
  showRecalledKind: z.boolean().catch(false),
  /** Looks for new versions by itself and loads them; installed is on the user's word only. */
  autoUpdate: z.boolean().catch(true),
  updateChannel: z.enum(['latest', 'beta']).catch('latest'),
  mediaDays: z.literal(MEDIA_DAYS).catch(0),
  mediaLimitMb: z.literal(MEDIA_LIMITS_MB).catch(1_024),
  autoLoadImages: z.boolean().catch(true),
  autoLoadVideos: z.boolean().catch(false),
  autoLoadFiles: z.boolean().catch(false),
  autoLoadMb: z.literal(AUTO_LOAD_MB).catch(20),
  /** Combinations that take the place of the default ones (shared/commands.ts). */
  commandKeys: ChosenKeys.catch({}),
  /** Shows the window from anywhere; '' = none. */
  showShortcut: GlobalKeys.catch(''),
  /** Minutes of no use before the app is locked, where a passcode is set; 0 = also whenever its window is put away. */
  lockAfter: z.literal(LOCK_AFTER).catch(15),
  /** Whenever the screen of the computer is locked, or it sleeps. */
  lockWithSystem: z.boolean().catch(true),
  /** The three cards of a new account's first minute were put away. */
  tourSeen: z.boolean().catch(false),
  /** Width of the conversation list in px, ui.md 1. */
  listWidth: z.int().min(240).max(400).catch(300),
  /** Emoji that were picked last, the newest first. */
  recentEmoji: z.array(z.string().min(1).max(40)).max(8).catch([]),
  /** How fast voice messages are heard. */
  voiceSpeed: z.literal([1, 1.5, 2]).catch(1),
  /** What was reacted with last, the newest first. */
  recentReactions: z.array(z.string().min(1).max(40)).max(6).catch([]),
  /** Skin tone of emoji: 0 is yellow, 1 to 5 light to dark. */
  emojiTone: z.int().min(0).max(5).catch(0),
});
export type Settings = z.infer<typeof Settings>;

type Shape = typeof Settings.shape;
/** Some of the settings, without the fallbacks: a value that does not fit is refused. */
export const SettingsPatch = z.strictObject(
  Object.fromEntries(
    Object.entries(Settings.shape).map(([name, setting]) => [name, setting.unwrap().optional()]),
    // Going over the keys loses which of them has which schema.
  ) as { [Name in keyof Shape]: z.ZodOptional<ReturnType<Shape[Name]['unwrap']>> },
);
export type SettingsPatch = z.infer<typeof SettingsPatch>;

/** The settings after a change; what is `undefined` in it stays as it is. */
export function changedSettings(settings: Settings, patch: SettingsPatch): Settings {
  const defined = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(defined) };
}

export const defaultSettings: Settings = Settings.parse({});
