/**
 * The session of the app's pages. Its name has no `persist:` in front, so Chromium keeps all of it in memory: cookies,
 * web storage, caches, compiled code, zoom. What was never written need not be erased, also not after a crash.
 */
import { session, type Session } from 'electron';

export const PAGE_PARTITION = 'page';

export const pageSession = (): Session => session.fromPartition(PAGE_PARTITION);

/** No page runs in it; only what an earlier version left is in it. */
export const defaultSession = (): Session => session.defaultSession;

/** Every session there is: no page runs in the default one, but Electron has made it, and Node's side may use it. */
export const allSessions = (): Session[] => [defaultSession(), pageSession()];

/** One that no page uses and nothing of which is kept. Once the app is ready. */
export const sessionInMemory = (name: string): Session => session.fromPartition(name, { cache: false });
