/** Which links are codes of groups: those of the own server, by its address or by that which its codes have. */
import { findLinks } from '../../../shared/find-links.ts';
import { useSession } from '../session/session-store.ts';

/** Not those of people (`vercode_…`, `user_…`): TSDD makes 32 hex digits (tsdd-api.md 3.2). */
const CODE_PATH = /\/qrcode\/(?!vercode_|user_)[\w-]{16,64}\/?$/;
/** Links of a message that are looked at. */
const MOST_LINKS = 20;

/** Hosts that own codes name: behind a proxy the server may call itself otherwise. */
const hosts = new Set<string>();

const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

/** A code that the server made. */
export function noteCodeHost(url: string): void {
  const host = hostOf(url);
  if (host !== '') hosts.add(host);
}

export function isGroupLink(href: string, server: string): boolean {
  const url = URL.parse(href);
  if (!url || !CODE_PATH.test(url.pathname)) return false;
  return url.host === hostOf(server) || hosts.has(url.host);
}

/** The first of them in a text; null = there is none. */
export function groupLinkIn(text: string, server: string): string | null {
  if (!text.includes('/qrcode/')) return null;
  const found = findLinks(text)
    .slice(0, MOST_LINKS)
    .find(({ href }) => isGroupLink(href, server));
  return found?.href ?? null;
}

export const useOwnServer = (): string => useSession((state) => state.me?.server ?? '');

useSession.subscribe((state, before) => {
  if (state.phase !== before.phase && state.phase !== 'ready') hosts.clear();
});
