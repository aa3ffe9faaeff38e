/** What is said of a cluster that cannot be used, by nodes that are scripted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { personChannelId } from '../../shared/wire/person-channel.ts';
import { troublesOf } from './troubles.ts';

const SLOTS = 8;
const leaderOf = (id: string): number => 1 + ((crc32(id) % SLOTS) % 3);

interface Faults {
  /** As this node sees it. */
  version: number;
  gone: number[];
  noAddress: number[];
  /** Slots that take nothing over this node. */
  stuck: number[];
  /** Nodes that it passes nothing on to. */
  cutOff: number[];
}

let servers: Server[];
let faults: Faults[];
let origins: string[];
/** Client numbers of what was stored. */
let stored: Set<string>;

function answer(own: Faults, path: string, body: Record<string, unknown>): { status: number; json: unknown } {
  if (path === '/cluster/node') return { status: 200, json: { id: 1, config_version: own.version } };
  if (path === '/cluster/simpleNodes') {
    const data = [1, 2, 3].map((id) => ({
      id,
      online: own.gone.includes(id) ? 0 : 1,
      api_server_addr: own.noAddress.includes(id) ? '' : 'http://im',
    }));
    return { status: 200, json: { total: 3, data } };
  }
  if (path === '/cluster/allslot') {
    const data = Array.from({ length: SLOTS }, (_, id) => ({ id, leader_id: 1 + (id % 3) }));
    return { status: 200, json: { total: SLOTS, data } };
  }
  if (path === '/user/token') {
    const isStuck = own.stuck.includes(crc32(String(body['uid'])) % SLOTS);
    return { status: isStuck ? 400 : 200, json: { status: isStuck ? 400 : 200 } };
  }
  if (path === '/message/send') {
    const leader = leaderOf(personChannelId(String(body['from_uid']), String(body['channel_id'])));
    if (!own.cutOff.includes(leader)) stored.add(String(body['client_msg_no']));
    return {
      status: 200,
      json: { status: 200, data: { message_id: 1, client_msg_no: body['client_msg_no'] } },
    };
  }
  const [number = ''] = body['client_msg_nos'] as string[];
  const row = {
    message_id: 1,
    message_idstr: '1',
    message_seq: 1,
    client_msg_no: number,
    from_uid: 'wk-ready',
    channel_id: String(body['channel_id']),
    channel_type: 1,
    timestamp: 1,
    payload: Buffer.from('{"type":1}').toString('base64'),
  };
  return { status: 200, json: { messages: stored.has(number) ? [row] : [] } };
}

async function respond(own: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const said = await text(request);
  const body = said === '' ? {} : (JSON.parse(said) as Record<string, unknown>);
  const { status, json } = answer(own, new URL(request.url ?? '', 'http://im').pathname, body);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}

beforeEach(async () => {
  stored = new Set();
  faults = [1, 2, 3].map(() => ({ version: 5, gone: [], noAddress: [], stuck: [], cutOff: [] }));
  servers = faults.map((own) => createServer((request, response) => void respond(own, request, response)));
  for (const server of servers) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origins = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

test('nothing is said of nodes that do what they must', async () => {
  expect(await troublesOf(origins)).toEqual([]);
});

test('each is named that lags behind, knows others for gone, or not their address', async () => {
  const [one, two, three] = faults as [Faults, Faults, Faults];
  one.version = 3;
  two.noAddress = [3];
  three.gone = [1];
  expect(await troublesOf(origins)).toEqual([
    `${origins[0]} knows version 3 of the cluster, another 5`,
    `${origins[1]} does not know where the API of node 3 is`,
    `${origins[2]} takes node 1 for gone`,
  ]);
});

test('a slot that takes nothing, and a way between two nodes that loses all, are named though all else is well', async () => {
  const [one, two] = faults as [Faults, Faults];
  one.stuck = [4];
  two.cutOff = [3];
  expect(await troublesOf(origins)).toEqual([
    `${origins[0]}: nothing can be written to slots 4 (led by node 2)`,
    `${origins[1]}: a message by way of node 3 is not stored`,
  ]);
});

test('a node that cannot be reached is named', async () => {
  servers[1]?.close();
  servers[1]?.closeAllConnections();
  expect(await troublesOf(origins)).toEqual([expect.stringMatching(`^${origins[1]}: .*unreachable`)]);
});
