/**
 * What no page may do, whatever it contains: leave the app, open windows, embed others, download, ask for permissions.
 */
import { app, shell, type Event, type Session, type WebContents } from 'electron';
import { openableUrl } from '../../../shared/openable-url.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isAppUrl } from '../protocol/app-origin.ts';
import { isMicrophone } from './microphone.ts';

type Warn = (message: string) => void;

/** Must run before the first window is made. */
export function guardWebContents(warn: Warn): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, warn));
}

/** Only the main process loads pages (`loadURL` raises none of these events); the page itself never navigates. */
function guard(contents: WebContents, warn: Warn): void {
  const deny = (kind: string) => (event: Event) => {
    event.preventDefault();
    warn(`denied: ${kind}`);
  };
  contents.on('will-navigate', deny('navigation'));
  contents.on('will-frame-navigate', (details) => {
    // The frame of a player (player-frame.ts), which is empty and goes nowhere.
    if (!details.isMainFrame && details.url === 'about:blank') return;
    deny('frame navigation')(details);
  });
  contents.on('will-redirect', deny('redirect'));
  contents.on('will-attach-webview', deny('webview'));
  contents.setWindowOpenHandler(() => {
    warn('denied: window.open');
    return { action: 'deny' };
  });
}

/**
 * Every process of a page in the sandbox, also one of a window that forgets to ask for it. Must run before the app is
 * ready. Root has no sandbox on Linux and says so by `--no-sandbox`, which a packaged app refuses.
 */
export function sandboxEveryPage(): void {
  if (app.isPackaged || !app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
}

/**
 * Nothing is downloaded by a page: the account's worker fetches the files of messages, `media-actions.ts` saves them.
 */
export function denyDownloads(session: Session, warn: Warn): void {
  session.on('will-download', (event) => {
    event.preventDefault();
    warn('denied: download');
  });
}

/**
 * Electron approves every permission unless told otherwise. `askSystem`: of the session of the app's pages, which may
 * have the microphone and show a video on the full screen, and nothing else; null = nothing at all.
 */
export function guardPermissions(
  session: Session,
  warn: Warn,
  askSystem: (() => Promise<boolean>) | null,
): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    if (askSystem !== null && isMicrophone(permission, '', details)) {
      askSystem().then(decide, () => decide(false));
      return;
    }
    if (askSystem !== null && isFullScreen(permission, '', details)) {
      decide(true);
      return;
    }
    warn(`denied: permission ${permission}`);
    decide(false);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) =>
      askSystem !== null &&
      (isMicrophone(permission, origin, details) || isFullScreen(permission, origin, details)),
  );
  session.setDevicePermissionHandler(() => false);
}

/** For the player of videos (docs/video.md): the app's own page, no frame in it. */
function isFullScreen(
  permission: string,
  address: string,
  { isMainFrame, requestingUrl }: { isMainFrame?: boolean; requestingUrl?: string },
): boolean {
  return permission === 'fullscreen' && isMainFrame !== false && isAppUrl(requestingUrl ?? address);
}

/** The address the system may open, in normal form; throws `badArgument` for anything else. */
export function externalUrl(text: string): string {
  const url = openableUrl(text);
  if (url !== null) return url;
  throw new CodedError(
    'badArgument',
    'url: only http, https and mailto addresses are opened, none with a user name or password in it',
    'url',
  );
}

export async function openExternal(text: string): Promise<null> {
  await shell.openExternal(externalUrl(text));
  return null;
}
