/** The row about TLS, before servers with each fault of a certificate. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions as ServerTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { optionsFor } from '../contract/testing/servers.ts';
import { examine } from './examine.ts';
import { exitCodeOf, tableOf } from './table.ts';
import { AUTHORITY, ELSEWHERE, EXPIRED, GOOD, SELF_SIGNED, SMALL_KEY } from './testing/certificates.ts';
import { encryption } from './tls-row.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await new Promise((done) => server.close(done));
});

async function serve(certificate: { cert: string; key: string }, more: ServerTls = {}): Promise<string> {
  const server = createServer({ ...certificate, ...more }, (_request, response) => response.end('{}'));
  running.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const ca = AUTHORITY;

test('a certificate that clients take is good, by name and by address, until it ends soon', async () => {
  const url = await serve(GOOD);
  expect(await encryption(url, { ca })).toMatchObject({ verdict: 'good' });
  expect(await encryption(url.replace('127.0.0.1', 'localhost'), { ca })).toMatchObject({ verdict: 'good' });
  expect(await encryption(url, { ca, now: () => Date.parse('2126-10-20') })).toMatchObject({
    verdict: 'bad',
    found: expect.stringMatching(/^the certificate ends in 1\d days$/),
  });
});

test.each([
  ['signed by itself', SELF_SIGNED, 'it is signed by itself', 'an authority that clients know'],
  ['ended', EXPIRED, 'it ended on 2021-01-01', 'renew it'],
  ['for another host', ELSEWHERE, 'it is for im.example.com, not for 127.0.0.1', 'get one for 127.0.0.1'],
])('one that is %s is named, with what to do', async (_name, certificate, found, remedy) => {
  expect(await encryption(await serve(certificate), { ca })).toEqual({
    verdict: 'bad',
    found: `https with a certificate that no client takes: ${found}`,
    remedy: expect.stringContaining(remedy),
  });
});

test('one of an authority that nobody knows, and a small key', async () => {
  expect(await encryption(await serve(GOOD))).toMatchObject({
    verdict: 'bad',
    found: expect.stringContaining('its authority is not known'),
    remedy: expect.stringContaining('fullchain.pem'),
  });
  // As a server has to be told that takes it at all; a client of OpenSSL's usual level refuses it by itself.
  const weak = await encryption(await serve(SMALL_KEY, { ciphers: 'DEFAULT@SECLEVEL=0' }), { ca });
  expect(weak).toMatchObject({
    verdict: 'bad',
    found: expect.stringContaining('weak certificate: its RSA key has 1024 bits'),
  });
});

test('old versions of TLS are worth knowing', async () => {
  const old = await serve(GOOD, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
  expect(await encryption(old, { ca })).toMatchObject({
    verdict: 'note',
    found: expect.stringContaining('TLS 1.0 or 1.1'),
  });
});

test('what stops the whole look is the row that is shown', async () => {
  const seen = await examine(optionsFor(await serve(SELF_SIGNED)));
  expect(seen.diagnoses).toMatchObject([{ id: 'tls', verdict: 'bad' }]);
  expect(tableOf(seen)).toMatch(
    /^BAD .*signed by itself[^]*More of https:\/\/127\.0\.0\.1:\d+ could not be looked at/,
  );
  expect(exitCodeOf(seen, false)).toBe(1);
  const nobody = await examine(optionsFor('https://127.0.0.1:9'));
  expect(nobody.diagnoses).toEqual([]);
  expect(tableOf(nobody)).toContain('could not be looked at');
});
