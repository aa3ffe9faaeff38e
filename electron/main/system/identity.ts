/** Tells the systems who the app is; by which names, the installers say too (shared/app-identity.ts). */
import { app, Notification } from 'electron';
import { APP_ID, LINK_SCHEME, LINUX_NAME } from '../../../shared/app-identity.ts';

/** The desktop file on Linux; `desktopName` of package.json says it to Electron. */
export const DESKTOP_NAME = `${LINUX_NAME}.desktop`;
/** Windows starts the app by it when a notification is clicked that outlived it; never another one. */
const TOAST_ACTIVATOR = '{7C1E5B52-3D0B-4B5E-9C1B-5A0E6F7C2A41}';

/** Before the app is ready, and before any notification. */
export function introduceToSystem(platform: NodeJS.Platform): void {
  if (platform !== 'win32') return;
  app.setAppUserModelId(APP_ID);
  app.setToastActivatorCLSID(TOAST_ACTIVATOR);
  // The nsis package declares the scheme, and removes it; msi cannot. (On macOS and Linux every package does.) Behind
  // `--` Chromium reads no switch, whatever a link holds.
  const args = ['--'];
  if (app.isPackaged && !app.isDefaultProtocolClient(LINK_SCHEME, process.execPath, args))
    app.setAsDefaultProtocolClient(LINK_SCHEME, process.execPath, args);
}

/**
 * Windows: a click on a notification that no object stands for any more, because the app has ended since, or was
 * killed. Of the others their own `click` tells which message it was. Where a reply typed into such a one belongs,
 * nobody knows any more.
 */
export function showOnActivation(
  platform: NodeJS.Platform,
  { show, replyLost }: { show: () => void; replyLost: () => void },
): void {
  if (platform !== 'win32') return;
  Notification.handleActivation(({ type }) => {
    show();
    if (type === 'reply') replyLost();
  });
}

/** macOS: what an app that was killed left in the notification centre could not be withdrawn any more. */
export function removeLeftNotifications(platform: NodeJS.Platform): void {
  if (platform === 'darwin') Notification.removeAll();
}
