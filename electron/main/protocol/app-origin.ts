/** The app's own address. Chromium treats it as a secure, standard origin (see protocol.ts). */
export const APP_SCHEME = 'app';
export const APP_HOST = 'wukong';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/index.html`;

/**
 * Whether `url` is a page of the app itself. `URL.origin` is "null" for schemes Node does not know, so compare parts.
 */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === `${APP_SCHEME}:` &&
    parsed.hostname === APP_HOST &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === ''
  );
}
