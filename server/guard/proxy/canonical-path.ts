/**
 * The path as TSDD's router (gin) will see it. It matches on the decoded path, and the URL parser on the way takes dot
 * segments out: `/v1/message%2Frevoke` is the recall there although no route of ours is written that way.
 */
export function canonicalPath(url: string): string {
  const end = url.search(/[?#]/);
  const raw = end < 0 ? url : url.slice(0, end);
  if (!/[%\\]|\/\.|\/\//.test(raw)) return raw;
  const path = URL.parse(raw.replaceAll('\\', '/').replace(/^\/+/, '/'), 'http://h')?.pathname ?? raw;
  try {
    // A second pass: what was decoded may hold dots and slashes again.
    return new URL(
      decodeURIComponent(path)
        .replaceAll('\\', '/')
        .replaceAll(/\/{2,}/g, '/'),
      'http://h',
    ).pathname;
  } catch {
    return raw;
  }
}
