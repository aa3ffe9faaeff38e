/** Where an address lies: whether others can reach it at all. */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** RFC 1918, 6598, 3927; 4193, 4291. */
const inside = new BlockList();
inside.addSubnet('10.0.0.0', 8, 'ipv4');
inside.addSubnet('172.16.0.0', 12, 'ipv4');
inside.addSubnet('192.168.0.0', 16, 'ipv4');
inside.addSubnet('100.64.0.0', 10, 'ipv4');
inside.addSubnet('169.254.0.0', 16, 'ipv4');
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** A name counts as public: what it leads to may differ from place to place. */
export function placeOf(host: string): 'this computer' | 'a private network' | 'public' {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return 'this computer';
  const family = isIP(bare);
  if (family === 0) return 'public';
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (loopback.check(bare, kind)) return 'this computer';
  return inside.check(bare, kind) ? 'a private network' : 'public';
}

/** The host of `host:port` or of a URL; '' when there is none. */
export function hostOf(address: string): string {
  if (address.includes('://')) return URL.canParse(address) ? new URL(address).hostname : '';
  return address.slice(0, Math.max(0, address.lastIndexOf(':')));
}
