/**
 * Three nodes of a real WuKongIM behind the embedded business server: the contract, a recall among fifty, and a node
 * that is killed while people write. Needs `WUKONG_CLUSTER_IM`, the path of a WuKongIM v2.2.5 binary
 * (deploy/README.md); without it the tests are skipped by name.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BusinessServer, startBusinessServer } from '../business/business-server.ts';
import { lineOf } from '../contract/report.ts';
import { runContract } from '../contract/run-contract.ts';
import { optionsFor } from '../contract/testing/servers.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { type ClusterNode, startNodes } from './nodes.ts';
import { LONG, RECALLS, newPerson, tellFifty, writeWhileKilled, WRITTEN } from './scenes.ts';

const BINARY = process.env['WUKONG_CLUSTER_IM'] ?? '';
const quiet = { info: () => undefined, warn: () => undefined };

describe.skipIf(BINARY === '')('three nodes of WuKongIM (WUKONG_CLUSTER_IM)', () => {
  let dir: string;
  let nodes: ClusterNode[];
  let balancer: Balancer;
  let server: BusinessServer;

  beforeAll(async () => {
    // No capitals in the path (wukongim-plugin.md).
    dir = join(tmpdir(), `wk-cluster-${process.pid}-${Date.now()}`);
    nodes = await startNodes(BINARY, dir);
    balancer = await startBalancer(nodes.map(({ api }) => api));
    server = await startBusinessServer({
      dataDir: join(dir, 'business'),
      imApi: balancer.url,
      smsCode: '246810',
      passwordCost: 16,
      requestsPerSecond: 10_000,
      log: quiet,
    });
  }, 240_000);
  afterAll(async () => {
    await server?.close();
    await balancer?.close();
    for (const node of nodes ?? []) await node.kill();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  test('keep the contract', LONG, async () => {
    const report = await runContract(optionsFor(server.api, { smsCode: '246810' }));
    const failed = report.findings.filter(
      ({ outcome, chapter }) => outcome === 'failed' && chapter !== 'stricter',
    );
    expect([report.stopped, failed.map(lineOf)]).toEqual(['', []]);
  });

  test('tell fifty people on all nodes of every recall', LONG, async () => {
    expect(await tellFifty([server.api], nodes)).toHaveLength(RECALLS);
  });

  test('lose no acknowledged message when one is killed, and recall the same everywhere', LONG, async () => {
    const people = [await newPerson(server.api, nodes[2]), await newPerson(server.api, nodes[1])] as const;
    const { taken, stoodStillMs } = await writeWhileKilled(people, nodes);
    expect(taken).toBe(WRITTEN);
    process.stdout.write(`a node killed: nobody could write for ${stoodStillMs} ms\n`);
  });
});
