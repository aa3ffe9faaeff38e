/**
 * A whole deployment on real processes: three nodes of WuKongIM, TSDD, MariaDB, Redis, an object store and two guards
 * (deployment.ts). Needs `WUKONG_CLUSTER_IM` and `WUKONG_CLUSTER_TSDD`, paths of the programs, and MariaDB and Redis on
 * this computer; without them it is skipped by name (deploy/README.md).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineOf } from '../contract/report.ts';
import { runContract } from '../contract/run-contract.ts';
import { optionsFor } from '../contract/testing/servers.ts';
import { numberAt, textAt } from '../probes/business.ts';
import { type Chat, GROUP, type Heard, PERSON, Person, type Sent, tellsOfRecall } from '../probes/person.ts';
import { eventually } from '../probes/within.ts';
import { findBusiness } from '../probes/world.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { writeWhileHung } from './hung-node.ts';
import { PROGRAMS, programsMissing } from './programs.ts';
import { proxyMissing } from './proxy.ts';
import {
  befriended,
  LONG,
  RECALLS,
  newPerson,
  RECOVERY_MS,
  tellFifty,
  writeWhileKilled,
  WRITTEN,
} from './scenes.ts';

const missing = programsMissing === '' ? '' : ` ${programsMissing}`;
/** At once, after 2 s, after 30 s, after 90 s. */
const COMMANDS = 4;
const FILE_BYTES = 5 * 1024 * 1024;
const MEMBERS = 6;
const SAID = 20;
const KILLED_AT = 10;
/** The last repetition of a command goes out 90 s after its recall, or some seconds later by another guard. */
const REPEATED_MS = 105_000;

/** TSDD's own command does not name the channel. */
const ofGuard = (heard: Heard, messageId: string): boolean =>
  tellsOfRecall(heard, messageId) && 'channel_id' in (heard.payload['param'] as object);

/** The same person at the other guard, as a balancer would send them. */
async function through(url: string, person: Person): Promise<Person> {
  const { business } = await findBusiness(url, AbortSignal.timeout(LONG.timeout));
  const same = new Person(business, person);
  [same.uid, same.token, same.route] = [person.uid, person.token, person.route];
  return same;
}

describe.skipIf(missing !== '')(`TSDD and two guards over three nodes${missing}`, () => {
  let dir: string;
  let all: Deployment;

  beforeAll(async () => {
    // No capitals in the path (wukongim-plugin.md).
    dir = join(tmpdir(), `wk-deployment-${process.pid}-${Date.now()}`);
    all = await startDeployment(PROGRAMS, dir, { overTls: true });
    if (all.proxy) setDefaultCACertificates([...getCACertificates('default'), all.proxy.ca]);
  }, 300_000);
  afterAll(async () => {
    await all?.close();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  test('keep the contract, and what is stricter of recalls', LONG, async () => {
    const report = await runContract(optionsFor(all.guards[0].url, { smsCode: '246810' }));
    const failed = report.findings.filter(
      ({ outcome, chapter }) => outcome === 'failed' && chapter !== 'stricter',
    );
    expect([report.stopped, failed.map(lineOf)]).toEqual(['', []]);
    const weak = report.findings.filter(
      ({ outcome, chapter }) => outcome === 'failed' && chapter === 'stricter',
    );
    process.stdout.write(`weaker than asked for: ${weak.map(({ id }) => id).join(', ')}\n`);
  });

  test('do what a recall needs through the proxy, over TLS and wss', LONG, async ({ skip }) => {
    const { proxy } = all;
    if (proxy === null) {
      skip(proxyMissing ?? '');
      return;
    }
    const main = fileURLToPath(new URL('../contract/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, proxy.https, '--sms-code', '246810', '--only', 'recall.'], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: proxy.caFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const said = await text(child.stdout);
    const [code] = (await ended) as [number];
    expect([code, code === 0 ? '' : said]).toEqual([0, '']);
    process.stdout.write(`through the proxy: ${said.trim().split('\n').at(-1)}\n`);
  });

  test(
    `keep files whole, and show nobody which there are${PROGRAMS.minio ? '' : ' (WUKONG_CLUSTER_MINIO)'}`,
    LONG,
    async ({ skip }) => {
      const { proxy } = all;
      if (proxy === null || PROGRAMS.minio === '') {
        skip('needs MinIO and nginx');
        return;
      }
      const alice = await newPerson(all.guards[0].url, all.nodes[0]);
      const bytes = randomBytes(FILE_BYTES);
      const form = new FormData();
      form.append('file', new Blob([bytes]), 'a.bin');
      const headers = { token: alice.token };
      const path = `/${alice.uid}/${randomUUID()}.bin`;
      const stored = await fetch(`${all.guards[0].url}/v1/file/upload?type=chat&path=${path}`, {
        method: 'POST',
        headers,
        body: form,
      });
      expect(stored.status).toBe(200);
      const preview = await fetch(`${all.guards[1].url}/v1/file/preview/chat${path}`, {
        headers,
        redirect: 'manual',
      });
      const where = preview.headers.get('location') ?? '';
      expect([preview.status, where.startsWith(`${proxy.https}/files/chat/`)]).toEqual([302, true]);
      const read = async (url: string, method = 'GET'): Promise<{ status: number; bytes: Buffer }> => {
        const asked = httpsRequest(url, { method, ca: proxy.ca }).end();
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        return { status: answer.statusCode ?? 0, bytes: await buffer(answer) };
      };
      const back = await read(where);
      expect([back.status, back.bytes.equals(bytes)]).toEqual([200, true]);
      for (const list of ['/files/chat/', '/files/chat', '/files/', '/files/chat/?list-type=2'])
        expect([list, (await read(proxy.https + list)).status]).toEqual([list, 404]);
      expect((await read(where, 'DELETE')).status).toBe(403);
    },
  );

  test('tell fifty people on all nodes of every recall, whichever guard they are at', LONG, async () => {
    const apis = all.guards.map(({ url }) => url);
    expect(await tellFifty(apis, all.nodes)).toHaveLength(RECALLS);
  });

  test('leave no quote of it in a page of the other guard, which had just read it', LONG, async () => {
    const [alice, bob] = [
      await newPerson(all.guards[0].url, all.nodes[0]),
      await newPerson(all.guards[1].url, all.nodes[1]),
    ];
    await befriended(alice, bob);
    const [toBob, toAlice] = [
      { id: bob.uid, type: PERSON },
      { id: alice.uid, type: PERSON },
    ] as const;
    const sent = await alice.say(toBob, 'quoted secret');
    const reply = {
      message_id: sent.messageId,
      message_seq: sent.seq,
      from_uid: alice.uid,
      from_name: 'x',
    };
    await bob.say(toAlice, 'an answer', {
      reply: { ...reply, payload: { type: 1, content: 'quoted secret' } },
    });
    const read = async (): Promise<string> => (await bob.historyAnswer(toAlice, {})).text;
    await expect.poll(read, { timeout: RECOVERY_MS }).toContain('an answer');
    expect(await read()).toContain('quoted secret');
    await alice.mustRevoke(toBob, sent);
    const page = await read();
    expect([page.includes('an answer'), page.includes('quoted secret')]).toEqual([true, false]);
    for (const each of [alice, bob]) each.disconnect();
  });

  test('lose neither a message nor a recall nor a command when a guard is killed', LONG, async () => {
    const [one, other] = all.guards;
    const people: Person[] = [];
    for (let n = 0; n < MEMBERS; n += 1) people.push(await newPerson(other.url, all.nodes[n % 3]));
    const [owner, ...members] = people as [Person, ...Person[]];
    const ownerThere = await through(one.url, owner);
    const group = await owner.ask('POST', 'group/create', {
      members: members.map(({ uid }) => uid),
      name: 'of a guard',
    });
    const chat: Chat = { id: textAt(group, 'group_no'), type: GROUP };
    await Promise.all(people.map((each) => each.connect()));
    const sent: Sent[] = [];
    for (let n = 0; n < SAID; n += 1) sent.push(await owner.say(chat, `secret ${randomUUID()}`));

    let killed: Promise<void> | null = null;
    for (const [n, each] of sent.entries()) {
      const by = n % 2 === 0 && killed === null ? ownerThere : owner;
      const asked = by.revoke(chat, each);
      // In the middle of it.
      if (n === KILLED_AT) killed = one.kill();
      const first = await asked.catch(() => null);
      if (first?.status === 200) continue;
      expect(n).toBe(KILLED_AT);
      // As a client does, where the balancer now sends it.
      const done = await eventually(RECOVERY_MS, async () =>
        (await owner.revoke(chat, each)).status === 200 ? true : null,
      );
      expect(done).toBe(true);
    }
    await killed;
    expect(one.hasEnded()).toBe(true);

    // Everybody hears of every recall, and of what the killed guard did last as often as the guard owed it.
    const last = sent[KILLED_AT - 2] as Sent;
    for (const member of members) {
      for (const each of sent)
        if (each !== last) await member.hear('the command', (heard) => tellsOfRecall(heard, each.messageId));
      for (let times = 0; times < COMMANDS; times += 1) {
        const heard = await eventually(REPEATED_MS, () =>
          member.hear('the guard’s command', (each) => ofGuard(each, last.messageId)).catch(() => null),
        );
        expect([times, heard !== null]).toEqual([times, true]);
      }
    }

    // The same for all, on every node, and no words.
    const states = await Promise.all(
      people.map(async (each) =>
        (await each.extras(chat, 1, 1000))
          .filter((row) => row['revoke'] === 1)
          .map((row) => [textAt(row, 'message_id_str'), numberAt(row, 'extra_version')]),
      ),
    );
    expect(states[0]).toHaveLength(SAID);
    for (const state of states) expect(state).toEqual(states[0]);
    for (const each of people) {
      const page = await each.historyAnswer(chat, { limit: 100 });
      for (const { messageId } of sent) expect(page.text).toContain(messageId);
      expect(page.text).not.toContain('secret ');
      each.disconnect();
    }
  });

  test('lose nothing, and say what is true, while a node hangs', { timeout: 540_000 }, async () => {
    const report = await writeWhileHung(
      all.guards.filter((guard) => !guard.hasEnded()),
      all.nodes,
    );
    expect(report.recalled).toBeGreaterThan(0);
    process.stdout.write(`a node that hangs: ${JSON.stringify(report)}\n`);
  });

  test(
    'lose no acknowledged message when a node is killed, and recall the same everywhere',
    LONG,
    async () => {
      const { url } = all.guards[1];
      const people = [await newPerson(url, all.nodes[2]), await newPerson(url, all.nodes[1])] as const;
      await befriended(...people);
      const { taken, stoodStillMs } = await writeWhileKilled(people, all.nodes);
      expect(taken).toBe(WRITTEN);
      process.stdout.write(`a node killed: nobody could write for ${stoodStillMs} ms\n`);
    },
  );
});
