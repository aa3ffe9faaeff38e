/**
 * What kind of network an address or a host name is in. A message may make this computer ask the public internet and
 * the account's own server, nothing else (docs/media.md, "Which addresses are asked").
 */
import { BlockList, isIP } from 'node:net';

/**
 * `loopback`: this computer. `private`: a network of an organisation or a carrier, a VPN. `benchmark`: 198.18/15, which
 * local proxies give to every name they resolve. `reserved`: nothing a file is ever at.
 */
export type NetworkKind = 'public' | 'private' | 'loopback' | 'benchmark' | 'reserved';

const RANGES: Record<Exclude<NetworkKind, 'public'>, readonly [string, number][]> = {
  loopback: [
    ['127.0.0.0', 8],
    ['::1', 128],
  ],
  private: [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    // Carrier-grade NAT, also what VPNs between people's own computers use.
    ['100.64.0.0', 10],
    ['fc00::', 7],
    // Site-local, given up in 2004 and still routed inside some sites.
    ['fec0::', 10],
  ],
  benchmark: [['198.18.0.0', 15]],
  reserved: [
    ['0.0.0.0', 8],
    // Link-local: also where clouds answer questions about the machine.
    ['169.254.0.0', 16],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    // Multicast, class E, broadcast.
    ['224.0.0.0', 3],
    ['100::', 64],
    ['2001:2::', 48],
    ['2001:10::', 28],
    ['2001:20::', 28],
    ['2001:db8::', 32],
    ['3fff::', 20],
    ['5f00::', 16],
    ['fe80::', 10],
    ['ff00::', 8],
  ],
};

let made: readonly { kind: NetworkKind; list: BlockList }[] | undefined;

/** Made when the first address is looked at: a start waits for none. */
const lists = (): NonNullable<typeof made> =>
  (made ??= Object.entries(RANGES).map(([kind, ranges]) => {
    const list = new BlockList();
    for (const [net, bits] of ranges) list.addSubnet(net, bits, isIP(net) === 6 ? 'ipv6' : 'ipv4');
    return { kind: kind as NetworkKind, list };
  }));

/** The 16 bytes of a valid IPv6 address. */
export function bytesOfV6(address: string): number[] {
  const bare = address.replace(/%.*$/, '');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare);
  const text = dotted
    ? `${dotted[1]}${hex(Number(dotted[2]) * 256 + Number(dotted[3]))}:${hex(Number(dotted[4]) * 256 + Number(dotted[5]))}`
    : bare;
  const [before = '', after] = text.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const gap = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(Math.max(0, gap)).fill('0'), ...tail];
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
const hex = (value: number): string => value.toString(16);

const startsWith = (bytes: readonly number[], prefix: readonly number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);
const v4At = (bytes: readonly number[], at: number): string => bytes.slice(at, at + 4).join('.');
const ZEROES = (count: number): number[] => Array<number>(count).fill(0);

/** Another way of writing an IPv4 address: mapped, translated, compatible, the well-known prefix of NAT64. */
const WRITTEN_V4 = [
  [...ZEROES(10), 0xff, 0xff],
  [...ZEROES(8), 0xff, 0xff, 0, 0],
  ZEROES(12),
  [0x00, 0x64, 0xff, 0x9b, ...ZEROES(8)],
];
const isWrittenV4 = (bytes: readonly number[]): boolean =>
  WRITTEN_V4.some((prefix) => startsWith(bytes, prefix));

/** All that is given out for the internet (2000::/3). */
const isGlobalUnicast = ([first = 0]: readonly number[]): boolean => (first & 0xe0) === 0x20;

/** The IPv4 addresses that an IPv6 address leads to: translators and tunnels take a packet there. */
function embeddedV4(bytes: readonly number[]): string[] {
  if (isWrittenV4(bytes)) return [v4At(bytes, 12)];
  // NAT64 with the prefix for networks' own use.
  if (startsWith(bytes, [0x00, 0x64, 0xff, 0x9b])) return ['10.0.0.0'];
  // 6to4.
  if (startsWith(bytes, [0x20, 0x02])) return [v4At(bytes, 2)];
  // Teredo: its server, and its client with every bit turned.
  if (startsWith(bytes, [0x20, 0x01, 0, 0]))
    return [
      v4At(bytes, 4),
      v4At(
        bytes.map((byte) => byte ^ 0xff),
        12,
      ),
    ];
  // ISATAP: the interface part names the IPv4 address.
  if (startsWith(bytes.slice(9), [0, 0x5e, 0xfe]) && (bytes[8] === 0 || bytes[8] === 2))
    return [v4At(bytes, 12)];
  return [];
}

/** Of an IP address in any of its spellings; what is none counts as `reserved`. */
export function kindOfAddress(address: string): NetworkKind {
  const family = isIP(address);
  if (family === 0) return 'reserved';
  const bare = address.replace(/%.*$/, '');
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const own = lists().find(({ list }) => list.check(bare, type))?.kind;
  // A BlockList looks through v4-mapped addresses by itself.
  if (own !== undefined || family === 4) return own ?? 'public';
  const bytes = bytesOfV6(bare);
  for (const v4 of embeddedV4(bytes)) {
    const kind = kindOfAddress(v4);
    if (kind !== 'public') return kind;
  }
  // What is given out for nothing may be anybody's own: some mesh networks took 200::/7.
  return isGlobalUnicast(bytes) || isWrittenV4(bytes) ? 'public' : 'reserved';
}

/** Names that exist inside one network only (RFC 6762, 8375, ICANN's `internal`, and what routers make up). */
const INNER_NAME = /(?:^|\.)(?:local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/**
 * Of a host as URLs have it (numbers in every spelling are dotted there). `null`: a name of the public DNS, whose
 * addresses have to be looked at.
 */
export function kindOfHost(hostname: string): NetworkKind | null {
  const host = withoutEndDots(hostname.replace(/^\[|\]$/g, '').toLowerCase());
  if (isIP(host) !== 0) return kindOfAddress(host);
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  // One label: whatever the search list of this network makes of it.
  if (!host.includes('.') || INNER_NAME.test(host)) return 'private';
  return null;
}

/**
 * A host of a URL in one form, for comparing: `im.example.` is `im.example`, and `[::ffff:1.2.3.4]` leads where 1.2.3.4
 * does.
 */
export function hostIdentity(hostname: string): string {
  const host = withoutEndDots(hostname.replace(/^\[|\]$/g, '').toLowerCase());
  if (isIP(host) !== 6) return host;
  const bytes = bytesOfV6(host);
  return isWrittenV4(bytes) ? v4At(bytes, 12) : host;
}

/** `/\.+$/` would look from each of many dots in the middle, and a URL may have as many as a message is long. */
export function withoutEndDots(host: string): string {
  let end = host.length;
  while (host[end - 1] === '.') end -= 1;
  return host.slice(0, end);
}
