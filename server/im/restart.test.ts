/** Sign-in right after a restart: on the same ports and data, also with what an older version left there. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { reasonOf } from '../../shared/errors.ts';
import { ReasonCode } from '../../shared/wire/packets.ts';
import { digestOf } from '../secret-text.ts';
import { ImFixture } from './testing/fixture.ts';
import { TestClient } from './testing/test-client.ts';
import { freePort } from '../../shared/testing/free-port.ts';

let fixture: ImFixture;
afterEach(() => fixture.stop());

const signIn = { uid: 'alice', token: 'token-alice' };

/** Runs `change` on the database of the stopped server. */
function edit(change: (db: Database.Database) => void): void {
  const db = new Database(join(fixture.dataDir, 'im.db'));
  change(db);
  db.close();
}

/** Tries until the server takes the sign-in; what other ends it saw, in order. */
async function untilSignedIn(address: string, stillDown: () => boolean): Promise<string[]> {
  const failures: string[] = [];
  for (;;) {
    const wasDown = stillDown();
    try {
      (await TestClient.connect(address, signIn)).close();
      return failures;
    } catch (error) {
      if (!wasDown) failures.push(reasonOf(error));
    }
    if (failures.length > 3) return failures;
    await new Promise((done) => {
      setImmediate(done);
    });
  }
}

describe('a restarted server', () => {
  it('takes every sign-in over both transports from the moment it listens, 25 times in a row', async () => {
    const ports = { tcpPort: await freePort(), wsPort: await freePort(), apiPort: await freePort() };
    fixture = await ImFixture.start(ports);
    (await fixture.client('alice')).close();
    const { tcp, ws } = fixture.server;
    for (let round = 0; round < 25; round += 1) {
      const staying = await Promise.all([
        TestClient.connect(tcp, signIn),
        TestClient.connect(ws, { ...signIn, deviceId: 'second' }),
      ]);
      let down = true;
      const restarted = fixture.restart(ports).then(() => (down = false));
      const isDown = (): boolean => down;
      expect(await Promise.all([untilSignedIn(tcp, isDown), untilSignedIn(ws, isDown)])).toEqual([[], []]);
      await restarted;
      await Promise.all(staying.map((client) => client.closed()));
    }
    expect(fixture.log.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  });

  it('takes the tokens a database of layout 1 kept as plain text, and keeps them as digests', async () => {
    fixture = await ImFixture.start();
    (await fixture.client('alice')).close();
    await fixture.server.close();
    edit((db) => {
      db.prepare('UPDATE device_token SET token = ?').run('token-alice');
      db.pragma('user_version = 1');
    });
    await fixture.restart();
    (await TestClient.connect(fixture.server.tcp, signIn)).close();
    await fixture.server.close();
    edit((db) => {
      expect(db.prepare('SELECT typeof(token) AS t, length(token) AS n FROM device_token').all()).toEqual([
        { t: 'blob', n: 32 },
      ]);
    });
    await fixture.restart();
    (await TestClient.connect(fixture.server.ws, signIn)).close();
  });
});

describe('a database of layout 2', () => {
  it('keeps its tokens, and takes several of a device flag from then on', async () => {
    fixture = await ImFixture.start();
    (await fixture.client('alice')).close();
    await fixture.server.close();
    edit((db) => {
      db.exec(`ALTER TABLE device_token RENAME TO newer;
        CREATE TABLE device_token(uid TEXT NOT NULL, device_flag INTEGER NOT NULL, token BLOB NOT NULL,
          device_level INTEGER NOT NULL, PRIMARY KEY(uid, device_flag)) WITHOUT ROWID;
        INSERT INTO device_token SELECT * FROM newer; DROP TABLE newer; PRAGMA user_version = 2`);
    });
    await fixture.restart();
    await fixture.post('/user/token_add', {
      uid: 'alice',
      token_digest: digestOf('another').toString('hex'),
      device_flag: 2,
    });
    for (const token of ['token-alice', 'another', 'a third']) {
      const client = await fixture.open('tcp');
      const { reasonCode } = await client.signIn({ ...signIn, token });
      expect([token, reasonCode === ReasonCode.success]).toEqual([token, token !== 'a third']);
    }
  });
});

describe('CONNECT is answered with a reason', () => {
  it.each(['tcp', 'ws'] as const)('over %s when the stored token is damaged: refused', async (transport) => {
    fixture = await ImFixture.start();
    (await fixture.client('alice')).close();
    await fixture.server.close();
    edit((db) => db.prepare('UPDATE device_token SET token = ?').run(Buffer.from('short')));
    await fixture.restart();
    const client = await fixture.open(transport);
    expect((await client.signIn(signIn)).reasonCode).toBe(ReasonCode.authFail);
  });

  it.each(['tcp', 'ws'] as const)(
    'over %s when the server itself fails: a passing one',
    async (transport) => {
      fixture = await ImFixture.start();
      (await fixture.client('alice')).close();
      edit((db) => db.exec('DROP TABLE device_token'));
      const client = await fixture.open(transport);
      expect((await client.signIn(signIn)).reasonCode).toBe(ReasonCode.systemError);
      await client.closed();
      expect(fixture.log.filter((line) => line.startsWith('error'))).toHaveLength(1);
    },
  );
});
