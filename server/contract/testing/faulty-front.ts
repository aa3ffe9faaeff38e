/**
 * A front of a business server that is wrong in one way, by name: what the contract has to see. The scripted TSDD
 * (`server/testing/scripted-tsdd/`) has the faults of a stock one; these are faults that no client can live with.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, type JsonObject } from '../../../shared/json.ts';

interface Asked {
  method: string;
  /** Without `/v1/` and query. */
  path: string;
}
interface Said {
  status: number;
  text: string;
}

/** Changes the answer's object. */
const changed = (said: Said, change: (body: JsonObject) => unknown): Said => {
  const body: unknown = JSON.parse(said.text);
  return isObject(body) && said.status === 200 ? { ...said, text: JSON.stringify(change(body)) } : said;
};
const rowsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

/** The fault, and the first check of the contract that has to fail of it. */
export const FAULTS: Readonly<
  Record<string, { seenBy: string; answer: (asked: Asked, said: Said) => Said }>
> = {
  'a recall time of 0': {
    seenBy: 'account.rules',
    answer: ({ path }, said) =>
      path === 'common/appconfig' ? changed(said, (body) => ({ ...body, revoke_second: 0 })) : said,
  },
  'a 200 without a token': {
    seenBy: 'account.token-needed',
    answer: (_asked, said) => (said.status === 401 ? { status: 200, text: '{}' } : said),
  },
  'a crash of a body that cannot be read': {
    seenBy: 'account.unparsable',
    answer: ({ path }, said) =>
      path === 'user/login' && said.text.includes('格式有误') ? { status: 500, text: '' } : said,
  },
  'ids that lost their digits': {
    seenBy: 'message.exact-ids',
    // JSON.parse rounds what is above 2^53.
    answer: ({ path }, said) => (path === 'message/channel/sync' ? changed(said, (body) => body) : said),
  },
  'a page that lacks its second row': {
    seenBy: 'message.history-newest',
    answer: ({ path }, said) =>
      path === 'message/channel/sync'
        ? {
            ...said,
            text: said.text.replace(/("messages":\[\{.*?\}),(\{"header":.*?\})(?=,\{"header"|\])/, '$1'),
          }
        : said,
  },
  'a recall that history does not show': {
    seenBy: 'recall.author',
    answer: ({ path }, said) =>
      path === 'message/channel/sync'
        ? { ...said, text: said.text.replaceAll('"revoke":1', '"revoke":0') }
        : said,
  },
  'a recall that the list does not show': {
    seenBy: 'recall.list',
    answer: ({ path }, said) =>
      path === 'conversation/sync'
        ? { ...said, text: said.text.replaceAll('"revoke":1', '"revoke":0') }
        : said,
  },
  'extras without recalls': {
    seenBy: 'recall.extra-sync',
    answer: ({ path }, said) => (path === 'message/extra/sync' ? { ...said, text: '[]' } : said),
  },
  'a recall of everybody for everybody': {
    seenBy: 'recall.not-of-others',
    answer: ({ path }, said) => (path === 'message/revoke' ? { status: 200, text: '{"status":200}' } : said),
  },
  'refusals without words': {
    seenBy: 'recall.not-of-others',
    answer: ({ path }, said) =>
      path === 'message/revoke' && said.status === 400 ? { status: 400, text: '{"status":400}' } : said,
  },
  'a list without its newest': {
    seenBy: 'sync.list',
    answer: ({ path }, said) =>
      path === 'conversation/sync' ? changed(said, (body) => ({ ...body, conversations: [] })) : said,
  },
  'drafts that are forgotten': {
    seenBy: 'sync.draft',
    answer: ({ path }, said) => (path === 'conversation/extra/sync' ? { ...said, text: '[]' } : said),
  },
  'owners without their role': {
    seenBy: 'group.create',
    answer: ({ path }, said) =>
      path.endsWith('/membersync')
        ? { ...said, text: JSON.stringify(rowsIn(JSON.parse(said.text)).map((row) => ({ ...row, role: 0 }))) }
        : said,
  },
  'members who decide': {
    seenBy: 'group.roles',
    answer: ({ path }, said) => (path.endsWith('/managers') ? { status: 200, text: '{"status":200}' } : said),
  },
};

/** Resolves with its base address. */
export async function startFaultyFront(
  behind: string,
  fault: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const answer = FAULTS[fault]?.answer;
  if (!answer) throw new Error(`no fault "${fault}"`);
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = request;
    const token = request.headers['token'];
    const behindSaid = await fetch(behind + url, {
      method,
      headers: { 'content-type': 'application/json', ...(typeof token === 'string' ? { token } : {}) },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const asked = { method, path: url.replace(/^\/v1\//, '').replace(/\?.*$/, '') };
    const said = answer(asked, { status: behindSaid.status, text: await behindSaid.text() });
    response.writeHead(said.status, { 'content-type': 'application/json' }).end(said.text);
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
