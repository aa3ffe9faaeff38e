/**
 * TSDD knows one address of WuKongIM. In a deployment that is a balancer (deploy/proxy.conf.template); here it is this:
 * each connection goes to the next node that takes it, and ends with it.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connectToNode } from '../guard/proxy/node-socket.ts';

export interface Balancer {
  url: string;
  close: () => Promise<void>;
}

/** `nodes`: origins of the HTTP APIs. */
export async function startBalancer(nodes: readonly string[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let next = 0;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };
  const join = (client: Socket, tries: number): void => {
    if (tries === 0) return void client.destroy();
    const { socket: node } = connectToNode(new URL(nodes[next++ % nodes.length] ?? ''));
    node.once('error', () => join(client, tries - 1));
    node.once('connect', () => {
      node.removeAllListeners('error');
      keep(node);
      node.on('close', () => client.destroy());
      client.on('close', () => node.destroy());
      client.pipe(node).pipe(client);
    });
  };
  const server = createServer((client) => {
    keep(client);
    join(client, nodes.length);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
