/**
 * What Chromium keeps of the app's pages: as little as it lets us. The pages' session is in memory (page-session.ts),
 * they store nothing, come from `app://`, and nothing is fetched over HTTP; this makes sure, also for what an earlier
 * version left.
 */
import { app, type Session } from 'electron';

/** Must run before the app is ready. */
export function keepNoHttpCache(): void {
  app.commandLine.appendSwitch('disable-http-cache');
}

/** Empties caches, cookies, web storage and remembered passwords of proxies. A failure is no reason not to start. */
export async function clearSessionData(
  sessions: readonly Session[],
  warn: (message: string) => void,
): Promise<void> {
  const results = await Promise.allSettled(
    sessions.flatMap((session) => [
      session.clearData(),
      // The older calls reach what `clearData` leaves to them: shaders, and caches that are held in memory.
      session.clearStorageData(),
      session.clearCache(),
      session.clearAuthCache(),
    ]),
  );
  for (const result of results) {
    if (result.status === 'rejected') warn(`data of the page not cleared: ${String(result.reason)}`);
  }
}
