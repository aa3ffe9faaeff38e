/** Rows about the way to the servers: clock, transports, ports that should be closed. */
import { reasonOf } from '../../shared/errors.ts';
import { clockDifference } from '../../shared/server-facts.ts';
import { Business } from '../probes/business.ts';
import type { Person } from '../probes/person.ts';
import type { ToolOptions } from '../probes/tool-options.ts';
import { hostOf, placeOf } from './addresses.ts';
import { bad, good, note, type Row, type Seen, unknown } from './diagnosis.ts';
import { tlsRow } from './tls-row.ts';

const PORT_MS = 3_000;
const CLOCK_NOTE_MS = 5_000;
const CLOCK_BAD_MS = 60_000;
const IM_API_PORT = 5001;
const MANAGER_PORT = 5300;
/** Three nodes named at random are one each time in one of 243. */
const ROUTES_ASKED = 6;

async function clock(business: Business, alice: Person | null): Promise<Seen> {
  const sentAt = Date.now();
  const { date } = await business.call('GET', 'common/appconfig');
  const http = date === null ? null : clockDifference({ serverMs: date, sentAt, receivedAt: Date.now() });
  await alice?.connect();
  const im = alice?.connack ? Number(alice.connack.timeDiff) : null;
  const seen = [
    ...(http === null ? [] : [`business server ${seconds(http)}`]),
    ...(im === null ? [] : [`IM server ${seconds(im)}`]),
  ];
  if (seen.length === 0) return unknown('no header Date, and no connection');
  const most = Math.max(Math.abs(http ?? 0), Math.abs(im ?? 0));
  const found = `against this computer: ${seen.join(', ')}`;
  if (most >= CLOCK_BAD_MS)
    return bad(found, 'the recall time counts by the server’s clock: let both follow a time server (NTP)');
  return most >= CLOCK_NOTE_MS
    ? note(found, 'let servers and this computer follow a time server (NTP)')
    : good(found);
}

const seconds = (ms: number): string => `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(1)} s`;

async function transports(base: string, alice: Person): Promise<Seen> {
  const { tcp, ws, wss } = await alice.findRoute();
  const home = placeOf(new URL(base).hostname);
  const seen: string[] = [];
  const faults: string[] = [];
  for (const [name, address] of [
    ['tcp', tcp],
    ['ws', ws],
    ['wss', wss],
  ] as const) {
    if (address === '') continue;
    try {
      const line = await alice.open(address);
      line.close();
      seen.push(`${name} ${address}`);
    } catch (error) {
      faults.push(`${name} ${address}: ${reasonOf(error)}`);
    }
    const place = placeOf(hostOf(address));
    if (place !== 'public' && home === 'public')
      faults.push(`${name} ${address} is on ${place}: nobody else reaches it`);
  }
  const remedy = 'set external.ip, external.tcpAddr, wsAddr and wssAddr of WuKongIM to what clients reach';
  if (faults.length > 0) return bad(faults.join('; '), remedy);
  if (seen.length === 0) return bad('no address at all', remedy);
  if (base.startsWith('https:') && wss === '')
    return note(
      `${seen.join(', ')}; no wss`,
      'browsers on https need wss: set external.wssAddr behind the proxy',
    );
  return good(seen.join(', '));
}

/**
 * Whether a cluster sends somebody to any of its nodes: WuKongIM v2.2.5 forgets connections of others when one ends at
 * a node that does not lead its person's slot (guard.md, "Which node people are sent to").
 */
async function sameNode(alice: Person): Promise<Seen> {
  const seen = new Set<string>();
  for (let n = 0; n < ROUTES_ASKED; n += 1) {
    const { tcp, ws, wss } = await alice.findRoute();
    seen.add(tcp || wss || ws);
  }
  const found = `asked ${ROUTES_ASKED} times, one person is sent to ${[...seen].join(', ')}`;
  return seen.size === 1
    ? good(found)
    : bad(
        found,
        'WuKongIM forgets connections of people who are not at the node that leads them: put the recall guard in front, with all nodes in --im-api',
      );
}

/** What an unasked-for answer looks like there; null when nothing answers. */
async function answerAt(url: string, path: string): Promise<{ status: number; text: string } | null> {
  try {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(PORT_MS) });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}

/** Whether somebody with the address alone gets at WuKongIM's HTTP API, or at its manager. */
async function openPort(
  hosts: readonly string[],
  { port, given, path, isIt }: { port: number; given: string; path: string; isIt: (text: string) => boolean },
): Promise<Seen> {
  const places = [
    ...(given === '' ? [] : [{ url: given, here: false }]),
    ...hosts.map((host) => ({ url: `http://${host}:${port}`, here: placeOf(host) !== 'public' })),
  ];
  let milder: Seen | null = null;
  for (const { url, here } of places) {
    const answer = await answerAt(url, path);
    if (answer === null) continue;
    if (answer.status === 200 && isIt(answer.text)) {
      const found = `${url} answers whoever asks`;
      if (!here)
        return bad(
          found,
          'let only the business servers reach it: bind it to an inner address, or a firewall; set managerToken if TSDD sends one',
        );
      milder = note(
        `${found}, on this computer or network`,
        'says nothing of the world: look again from outside',
      );
    } else if (answer.status === 401) {
      milder ??= note(`${url} answers, and asks for a token`, 'close it to the world all the same');
    }
  }
  return milder ?? good(`not open at ${places.map(({ url }) => url).join(', ')}`);
}

export function lineRows(options: ToolOptions, business: Business, alice: Person | null): Row[] {
  const hosts = (): string[] => {
    const { tcp = '', ws = '', wss = '' } = alice?.route ?? {};
    const all = [new URL(business.base).hostname, ...[tcp, ws, wss].map(hostOf)];
    return [...new Set(all.filter((host) => host !== ''))];
  };
  return [
    tlsRow(business.base),
    { id: 'clock', what: 'clocks', look: () => clock(business, alice) },
    {
      id: 'transports',
      what: 'ways to the IM server',
      look: () => (alice ? transports(business.base, alice) : unknown('only seen with an account')),
    },
    {
      id: 'node',
      what: 'the node somebody is sent to',
      look: () => (alice ? sameNode(alice) : unknown('only seen with an account')),
    },
    {
      id: 'im-api',
      what: `IM server’s HTTP API (${IM_API_PORT})`,
      look: () =>
        openPort(hosts(), {
          port: IM_API_PORT,
          given: options.imApi,
          path: '/route?uid=doctor',
          isIt: (text) => text.includes('tcp_addr'),
        }),
    },
    {
      id: 'manager',
      what: `IM server’s manager (${MANAGER_PORT})`,
      look: () =>
        openPort(hosts(), { port: MANAGER_PORT, given: options.manager, path: '/', isIt: () => true }),
    },
  ];
}
