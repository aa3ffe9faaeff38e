/** Several tokens of one device flag: what the embedded server has beyond a real WuKongIM. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReasonCode } from '../../shared/wire/packets.ts';
import { digestOf } from '../secret-text.ts';
import { ImFixture } from './testing/fixture.ts';
import { TestClient } from './testing/test-client.ts';

let fixture: ImFixture;
beforeEach(async () => {
  fixture = await ImFixture.start();
});
afterEach(() => fixture.stop());

const hex = (token: string): string => digestOf(token).toString('hex');
const add = (token: string, more: Record<string, unknown> = {}) =>
  fixture.post('/user/token_add', { uid: 'alice', token_digest: hex(token), device_flag: 2, ...more });
const remove = (...tokens: string[]) =>
  fixture.post('/user/token_remove', { uid: 'alice', token_digests: tokens.map(hex) });
const fields = (token: string, deviceFlag = 2) => ({ uid: 'alice', token, deviceFlag, deviceId: token });
const connect = (token: string, deviceFlag = 2) =>
  TestClient.connect(fixture.server.tcp, fields(token, deviceFlag));
async function reason(token: string, deviceFlag = 2): Promise<number> {
  const client = await fixture.open('tcp');
  return (await client.signIn(fields(token, deviceFlag))).reasonCode;
}

describe('tokens added by digest', () => {
  it('stand beside each other; only their own flag is let in with them', async () => {
    for (const token of ['one', 'two']) expect((await add(token)).body).toEqual({ status: 200 });
    expect(await Promise.all(['one', 'two'].map((token) => reason(token)))).toEqual([
      ReasonCode.success,
      ReasonCode.success,
    ]);
    expect(await reason('one', 1)).toBe(ReasonCode.authFail);
    expect(await reason(hex('one'))).toBe(ReasonCode.authFail);
  });

  it('are removed one by one: their connections end at once, the others stay', async () => {
    await add('one');
    await add('two');
    const [one, two] = [await connect('one'), await connect('two')];
    expect((await remove('one', 'unknown')).body).toEqual({ status: 200 });
    expect((await one.take('disconnect', () => true)).reasonCode).toBe(ReasonCode.connectKick);
    await one.closed();
    expect(await reason('one')).toBe(ReasonCode.authFail);
    expect((await two.send('alice', 1, 'still here')).reasonCode).toBe(ReasonCode.success);
    two.close();
  });

  it('of a master take the place of the flag’s others', async () => {
    await add('old', { device_flag: 0, device_level: 1 });
    const old = await connect('old', 0);
    await add('new', { device_flag: 0, device_level: 1 });
    await old.closed();
    expect([await reason('old', 0), await reason('new', 0)]).toEqual([
      ReasonCode.authFail,
      ReasonCode.success,
    ]);
  });

  it('give way to /user/token and /user/device_quit, which speak for the whole flag', async () => {
    await add('one');
    await add('web', { device_flag: 1 });
    await fixture.post('/user/token', { uid: 'alice', token: 'only', device_flag: 2 });
    expect([await reason('one'), await reason('only'), await reason('web', 1)]).toEqual([
      ReasonCode.authFail,
      ReasonCode.success,
      ReasonCode.success,
    ]);
    await add('one');
    await fixture.post('/user/device_quit', { uid: 'alice', device_flag: 2 });
    expect([await reason('one'), await reason('only'), await reason('web', 1)]).toEqual([
      ReasonCode.authFail,
      ReasonCode.authFail,
      ReasonCode.success,
    ]);
  });

  it('are refused to banned users, and when they are no digests', async () => {
    for (const token_digest of ['', 'one', hex('one').toUpperCase(), `${hex('one')}00`])
      expect((await fixture.post('/user/token_add', { uid: 'alice', token_digest })).status).toBe(400);
    await fixture.post('/channel/info', { channel_id: 'alice', channel_type: 1, ban: 1 });
    expect((await add('one')).body).toEqual({ status: ReasonCode.ban });
  });
});
