import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostIdentity, kindOfAddress, kindOfHost } from './address-ranges.ts';

const identityOf = (host: string): string => hostIdentity(new URL(`http://${host}/`).hostname);

/** First and last address of each range, and what is just outside. */
describe('addresses', () => {
  it.each([
    ['private', ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0']],
    ['private', ['192.168.255.255', '100.64.0.0', '100.127.255.255', 'fc00::', 'fdff:ffff::1', 'fec0::1']],
    ['loopback', ['127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1']],
    ['benchmark', ['198.18.0.0', '198.19.255.255']],
    ['reserved', ['0.0.0.0', '0.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255']],
    ['reserved', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '192.0.2.1']],
    ['reserved', ['::', 'fe80::1', 'febf::1', 'fe80::1%eth0', 'ff02::1', '2001:db8::1', '198.51.100.7']],
    ['public', ['1.1.1.1', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255']],
    ['public', ['192.169.0.0', '100.63.255.255', '100.128.0.0', '198.17.255.255', '198.20.0.0']],
    ['public', ['126.255.255.255', '128.0.0.0', '1.0.0.0', '223.255.255.255', '2606:4700::1111']],
    ['reserved', ['200::1', '300::1', '400::1', '1::1', '4000::1', 'e000::1', 'fe00::1', '::1:0:0:1']],
    ['reserved', ['1fff:ffff::1', '4000::5efe:8.8.8.8']],
    ['public', ['2001:4860::1', '2a00::1', '3ffe::1', '2001:1::1']],
    ['public', ['2400:3200::1', '169.253.255.255', '169.255.0.0']],
  ] as const)('%s: %j', (kind, addresses) => {
    expect(addresses.map((address) => [address, kindOfAddress(address)])).toEqual(
      addresses.map((address) => [address, kind]),
    );
  });

  it.each([
    ['mapped', '::ffff:10.0.0.1', 'private'],
    ['mapped, in groups', '::ffff:7f00:1', 'loopback'],
    ['translated', '::ffff:0:10.0.0.1', 'private'],
    ['compatible', '::127.0.0.1', 'loopback'],
    ['NAT64', '64:ff9b::10.0.0.1', 'private'],
    ['NAT64, in groups', '64:ff9b::7f00:1', 'loopback'],
    ['NAT64 of one network', '64:ff9b:1::a00:1', 'private'],
    ['6to4', '2002:a00:1::1', 'private'],
    ['6to4 of this computer', '2002:7f00:1::', 'loopback'],
    ['6to4 of a cloud', '2002:a9fe:a9fe::', 'reserved'],
    ['Teredo server', '2001:0:a00:1::1', 'private'],
    ['Teredo client', '2001:0:808:808:0:0:f5ff:fffe', 'private'],
    ['ISATAP', '2606:4700::5efe:10.0.0.1', 'private'],
    ['NAT64 of the internet', '64:ff9b::8.8.8.8', 'public'],
    ['6to4 of the internet', '2002:808:808::1', 'public'],
    ['mapped internet', '::ffff:8.8.8.8', 'public'],
  ])('%s: %s is %s', (_, address, kind) => expect(kindOfAddress(address)).toBe(kind));

  it('an IPv4 address is the same in every IPv6 form of it', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (bytes) => {
        const dotted = bytes.join('.');
        const groups = `${((bytes[0] << 8) | bytes[1]).toString(16)}:${((bytes[2] << 8) | bytes[3]).toString(16)}`;
        const kind = kindOfAddress(dotted);
        for (const form of [
          `::ffff:${dotted}`,
          `::ffff:${groups}`,
          `64:ff9b::${groups}`,
          `2002:${groups}::1`,
        ])
          expect([form, kindOfAddress(form)]).toEqual([form, kind]);
      }),
    );
  });

  it.each(['', 'x', '10.0.0', '1.2.3.4.5', '::g'])('"%s" is no address, so it is not asked', (text) =>
    expect(kindOfAddress(text)).toBe('reserved'),
  );
});

describe('hosts', () => {
  it('are the same with a dot at their end, and as IPv4 written in IPv6', () => {
    for (const host of ['im.example', 'IM.Example.', 'im.example..', 'im。example。'])
      expect(identityOf(host)).toBe('im.example');
    for (const host of ['1.2.3.4', '0x01020304', '[::ffff:1.2.3.4]', '[64:ff9b::102:304]'])
      expect(identityOf(host)).toBe('1.2.3.4');
    expect(identityOf('[2001:DB8:0::1]')).toBe('2001:db8::1');
  });

  it.each([
    ['http://localhost/', 'loopback'],
    ['http://localhost./', 'loopback'],
    ['http://LOCALHOST/', 'loopback'],
    ['http://a.b.localhost/', 'loopback'],
    ['http://a.localhost./', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f000001/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://１２７.0.0.1/', 'loopback'],
    ['http://[::1]/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://0xa.0.0.1/', 'private'],
    ['http://0/', 'reserved'],
    ['http://router/', 'private'],
    ['http://router./', 'private'],
    ['http://printer.local/', 'private'],
    ['http://metadata.google.internal/', 'private'],
    ['http://nas.home.arpa/', 'private'],
    ['http://localhost.localdomain/', 'private'],
    ['http://im.example.com/', null],
    ['http://localhost.example.com/', null],
    ['http://8.8.8.8/', 'public'],
  ])('%s is %s', (url, kind) => expect(kindOfHost(new URL(url).hostname)).toBe(kind));
});
