import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from './free-port.ts';

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise((done) => server.close(done));
});

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  open.push(server);
  return server;
}

test('each is another, and what the system chooses is never one of them', async () => {
  const ports = new Set<number>();
  for (let i = 0; i < 20; i += 1) ports.add(await freePort());
  expect(ports.size).toBe(20);
  for (let i = 0; i < 50; i += 1) {
    const address = (await listen(0)).address();
    expect(ports).not.toContain(typeof address === 'object' ? address?.port : 0);
  }
});

test('one that somebody listens at is left out', async () => {
  const first = await freePort();
  await listen(first + 1);
  const second = await freePort();
  expect(second).not.toBe(first + 1);
  await listen(second);
});
