/**
 * What Chromium keeps of the app's pages on disk: as little as it lets us. The page itself stores nothing, pages come
 * from `app://`, and nothing is fetched over HTTP; this makes sure, also for what an earlier version left.
 */
import { app, type Session } from 'electron';

/** Must run before the app is ready. */
export function keepNoHttpCache(): void {
  app.commandLine.appendSwitch('disable-http-cache');
}

/** Empties cache and web storage. A failure is no reason not to start. */
export async function clearSessionData(session: Session, warn: (message: string) => void): Promise<void> {
  const results = await Promise.allSettled([session.clearCache(), session.clearStorageData()]);
  for (const result of results) {
    if (result.status === 'rejected') warn(`data of the page not cleared: ${String(result.reason)}`);
  }
}
