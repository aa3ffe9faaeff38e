/**
 * `protocol`: Chromium takes no unknown scheme over its protocol, so `app://host/path` is shown as
 * `https://host.app.localhost/path` and answered by the app's own handler. Every address the app sees is mapped back.
 */

type Handler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, Handler>();

export const protocol = {
  registerSchemesAsPrivileged(_schemes: unknown[]): void {
    // Mapped onto https: standard, secure and with fetch anyway.
  },
  handle(scheme: string, handler: Handler): void {
    if (handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
    handlers.set(scheme, handler);
  },
  unhandle(scheme: string): void {
    handlers.delete(scheme);
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
};

/** Address for Chromium. */
export function toBrowserUrl(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
  const [, scheme = '', host = '', rest = ''] = match ?? [];
  return handlers.has(scheme.toLowerCase())
    ? `https://${host}.${scheme.toLowerCase()}.localhost${rest || '/'}`
    : url;
}

/** Address as the app knows it. */
export function toAppUrl(url: string): string {
  const match = /^https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.localhost(?::443)?(.*)$/i.exec(url);
  const [, host = '', scheme = '', rest = ''] = match ?? [];
  return handlers.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** null = not a scheme of the app. */
export function handlerFor(appUrl: string): Handler | null {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(appUrl)?.[1]?.toLowerCase() ?? '';
  return handlers.get(scheme) ?? null;
}
