/** Which addresses a feed may have: https, and in a development run a server of this computer. */

/** A folder's address, with its slash; null for anything that may not be asked. */
export function feedAddress(text: string, loopbackToo: boolean): URL | null {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  const isLoopback = url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === '[::1]');
  if (url.protocol !== 'https:' && !(loopbackToo && isLoopback)) return null;
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
