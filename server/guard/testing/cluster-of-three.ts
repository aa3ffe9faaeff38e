/**
 * Three nodes of a WuKongIM of v2.2.5 around a scripted one (wukongim.md C.6): each knows who leads the channels' slot
 * and log, asks them, and tells what it has stored itself.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeIm, FakeMessage } from '../../business/testing/fake-im.ts';

export class ClusterNode {
  readonly id: number;
  url = '';
  /** Whom the others ask of it they are refused. */
  isGone = false;
  /** Its own copies. */
  readonly has = new Set<FakeMessage>();
  end: () => void = () => undefined;

  constructor(id: number) {
    this.id = id;
  }
}

export class ClusterOfThree {
  readonly nodes = [new ClusterNode(1), new ClusterNode(2), new ClusterNode(3)] as const;
  /** Ids of nodes; a log without a leader is refused. */
  slotLeader = 1;
  logLeader: number | null = 1;
  replicas = [1, 2, 3];
  readonly #im: FakeIm;

  constructor(im: FakeIm) {
    this.#im = im;
  }

  async start(): Promise<this> {
    for (const node of this.nodes) {
      const server = createServer((request, response) => void this.#serve(node, request, response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      node.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      node.end = () => {
        node.isGone = true;
        server.close();
        server.closeAllConnections();
      };
    }
    return this;
  }

  close(): void {
    for (const node of this.nodes) node.end();
  }

  /** Which nodes have a message. */
  stored(message: FakeMessage, ids: readonly number[]): void {
    for (const node of this.nodes) if (ids.includes(node.id)) node.has.add(message);
  }

  async #serve(node: ClusterNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://node');
    const refuse = (): void => void response.writeHead(400).end('{"msg":"refused","status":400}');
    const tell = (value: unknown): void => void response.end(JSON.stringify(value));
    const asks =
      url.pathname === '/messages'
        ? this.slotLeader
        : url.pathname === '/channel/messagesync'
          ? this.logLeader
          : node.id;
    const who = this.nodes.find(({ id }) => id === asks);
    if (who === undefined || who.isGone) return refuse();
    if (url.pathname === '/cluster/node') return tell({ id: node.id });
    if (url.pathname === '/cluster/messages') return tell({ total: 0, data: this.#search(node, url) });
    if (/^\/cluster\/channels\/[^/]+\/\d+\/config$/.test(url.pathname)) {
      if (node.id !== this.slotLeader) return refuse();
      return tell({ replicas: this.replicas, learder_id: this.logLeader ?? 0 });
    }
    const answer = await fetch(this.#im.api + request.url, {
      method: request.method ?? 'GET',
      ...(body.length > 0 ? { body } : {}),
    });
    const said = (await answer.json()) as { messages?: { message_idstr: string }[] };
    if (said.messages) {
      const ids = new Set([...who.has].map(({ messageId }) => messageId));
      said.messages = said.messages.filter((row) => ids.has(row.message_idstr));
    }
    response.writeHead(answer.status).end(JSON.stringify(said));
  }

  /** Only with the node's own id; who is asked with another's asks that. */
  #search(node: ClusterNode, { searchParams }: URL): Record<string, unknown>[] {
    if (Number(searchParams.get('node_id')) !== node.id) return [];
    const [id, no] = [searchParams.get('message_id'), searchParams.get('client_msg_no')];
    return [...node.has]
      .filter((message) => message.messageId === id || message.clientMsgNo === no)
      .map((message) => ({
        message_id: message.messageId,
        message_seq: message.seq,
        client_msg_no: message.clientMsgNo,
        timestamp: message.timestamp,
        channel_id: message.channelId,
        channel_type: message.channelType,
        from_uid: message.fromUid,
        payload: message.payload,
        expire: message.expire,
      }));
  }
}
