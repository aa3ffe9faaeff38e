/** Settings of the app on this computer (not of an account). Unknown or damaged values fall back to the default. */
import { z } from 'zod';

export const Settings = z.object({
  language: z.enum(['system', 'zh', 'en']).catch('system'),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  /** px of message text, ui.md 2. */
  fontSize: z.int().min(13).max(18).catch(14),
  compactList: z.boolean().catch(false),
  sendKey: z.enum(['enter', 'ctrlEnter']).catch('enter'),
  closeToTray: z.boolean().catch(true),
  startAtLogin: z.boolean().catch(false),
  notifications: z.boolean().catch(true),
  notificationText: z.boolean().catch(true),
  notificationSound: z.boolean().catch(true),
  badgeCountsMuted: z.boolean().catch(false),
  confirmRecall: z.boolean().catch(false),
  offerReedit: z.boolean().catch(true),
  /** Width of the conversation list in px, ui.md 1. */
  listWidth: z.int().min(240).max(400).catch(300),
});
export type Settings = z.infer<typeof Settings>;
export const SettingsPatch = z.strictObject({
  language: z.enum(['system', 'zh', 'en']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  fontSize: z.int().min(13).max(18).optional(),
  compactList: z.boolean().optional(),
  sendKey: z.enum(['enter', 'ctrlEnter']).optional(),
  closeToTray: z.boolean().optional(),
  startAtLogin: z.boolean().optional(),
  notifications: z.boolean().optional(),
  notificationText: z.boolean().optional(),
  notificationSound: z.boolean().optional(),
  badgeCountsMuted: z.boolean().optional(),
  confirmRecall: z.boolean().optional(),
  offerReedit: z.boolean().optional(),
  listWidth: z.int().min(240).max(400).optional(),
});
export const defaultSettings: Settings = Settings.parse({});
