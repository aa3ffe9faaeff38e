/** Proxies as people, variables of the environment and policies write them, and which servers need none. */
import { BlockList, isIP } from 'node:net';
import { hostPort } from '../../../shared/network.ts';
import { parseHostPort } from '../../core/network/route.ts';
import type { Environment } from '../../core/network/environment.ts';
import type { Credentials } from '../../core/network/proxy-sign-in.ts';

export interface WrittenProxy {
  /** As scripts of proxies write it: `PROXY host:port`. */
  way: string;
  /** `host:port`. */
  address: string;
  credentials: Credentials | null;
}

const SCHEMES: Readonly<Record<string, { word: string; port: number }>> = {
  http: { word: 'PROXY', port: 80 },
  https: { word: 'HTTPS', port: 443 },
  socks: { word: 'SOCKS5', port: 1080 },
  socks5: { word: 'SOCKS5', port: 1080 },
  socks5h: { word: 'SOCKS5', port: 1080 },
  socks4: { word: 'SOCKS4', port: 1080 },
  socks4a: { word: 'SOCKS4', port: 1080 },
};

/** `http://proxy:3128`, `socks5://…`, or only `proxy:3128`; null = it is none. */
export function writtenProxy(text: string): WrittenProxy | null {
  const match = /^(?:([a-z][a-z0-9]*):\/\/)?(?:([^@/\s]*)@)?([^@/\s]+)\/?$/i.exec(text.trim());
  const scheme = SCHEMES[(match?.[1] ?? 'http').toLowerCase()];
  const at = scheme ? parseHostPort(match?.[3] ?? '', scheme.port) : null;
  if (!match || !scheme || !at) return null;
  const address = hostPort(at.host, at.port);
  const [user = '', ...password] = (match[2] ?? '').split(':');
  const credentials = user === '' ? null : { user: plain(user), password: plain(password.join(':')) };
  return { way: `${scheme.word} ${address}`, address, credentials };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the variables say of a server; null = nothing. `environment`: as `proxyEnvironment` has it. */
export function environmentProxy(url: URL, environment: Environment): WrittenProxy | null {
  const of = (name: string): string => environment[name] ?? '';
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const value = of(secure ? 'https_proxy' : 'http_proxy') || of('all_proxy');
  if (value === '') return null;
  return needsNone(url, of('no_proxy')) ? null : writtenProxy(value);
}

/** `NO_PROXY`: names (with all below them), addresses, networks, each with or without a port; `*` is everything. */
function needsNone(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' || url.protocol === 'wss:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,;]+/)
    .some((entry) => matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (isIP(host) !== 0 && entry.includes('/')) return isInNetwork(entry, host);
  const [, bare = entry, wantedPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const name = bare.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function isInNetwork(entry: string, host: string): boolean {
  const [net = '', bits = ''] = entry.split('/');
  const family = isIP(net);
  if (family === 0 || !/^\d{1,3}$/.test(bits)) return false;
  const list = new BlockList();
  try {
    list.addSubnet(net, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  } catch {
    return false;
  }
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
