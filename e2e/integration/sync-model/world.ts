/**
 * The embedded servers, three people, and one account's store and sync engine on a bare socket that a test can take
 * away: everything but the reconnecting itself is what the app runs.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { createBusinessApi } from '../../../electron/core/api/business-api.ts';
import { openStore, type OpenStore } from '../../../electron/core/account-store/open-store.ts';
import { createSyncEngine, type SyncEngine } from '../../../electron/core/sync/sync-engine.ts';
import { type BusinessServer, startBusinessServer } from '../../../server/business/business-server.ts';
import { type ImServer, startImServer } from '../../../server/im/im-server.ts';
import { TestClient } from '../../../server/im/testing/test-client.ts';
import type { RecvPacket } from '../../../shared/wire/packets.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

export interface Person {
  uid: string;
  name: string;
  token: string;
}
export type Row = Record<string, unknown>;

/** The app's clock: nothing that is looked at happened in the minute in which answers may overtake each other. */
const AHEAD_MS = 120_000;
const PC = 2;

export class World {
  readonly logs: string[] = [];
  open: ChannelRef[] = [];
  /** What the connection does not bring, although it lives: nothing at all, or no command. */
  swallowed: 'recv' | 'cmd' | null = null;
  /** How often the engine found that the connection delivers nothing. */
  dead = 0;
  /** The app's clock before the server's; below. */
  aheadMs = AHEAD_MS;
  store!: OpenStore;
  engine!: SyncEngine;
  readonly #dir: string;
  readonly #im: ImServer;
  readonly #business: BusinessServer;
  readonly #me: Person;
  #socket: TestClient | null = null;

  private constructor(dir: string, im: ImServer, business: BusinessServer, me: Person) {
    this.#dir = dir;
    this.#im = im;
    this.#business = business;
    this.#me = me;
    this.#begin();
  }

  #begin(): void {
    const me = this.#me;
    const log = (_level: unknown, message: string): void => void this.logs.push(message);
    this.store = openStore({
      accountDir: join(this.#dir, 'account'),
      me,
      now: () => Date.now() + this.aheadMs,
      serverOffsetMs: () => 0,
      offerReedit: () => true,
      log,
    });
    this.engine = createSyncEngine({
      me,
      store: this.store,
      api: createBusinessApi({ server: this.#business.api, token: me.token, fetch, log }),
      deviceId: 'model',
      log,
      push: () => undefined,
      serverNowMs: () => Date.now() + this.aheadMs,
      isOnline: () => this.#socket !== null,
      openChannels: () => this.open,
      onUnauthorized: () => undefined,
      rulesChanged: () => undefined,
      ownMessagesStored: () => undefined,
      deliveryDead: () => void (this.dead += 1),
      refreshMe: () => Promise.resolve(),
      wholeListEveryMs: 0,
      lookEveryMs: 0,
    });
  }

  /** Starts both servers and registers `names`; the first of them is the account. */
  static async start(names: readonly string[]): Promise<{ world: World; people: Person[] }> {
    const dir = tempFolder('wk-sync-model-');
    const im = await startImServer({ dataDir: join(dir, 'im') });
    const business = await startBusinessServer({
      dataDir: join(dir, 'business'),
      imApi: im.api,
      imManagerToken: im.apiToken,
      requestsPerSecond: 100_000,
      passwordCost: 16,
    });
    im.setWebhook(business.webhook);
    const people: Person[] = [];
    for (const name of names) {
      const account = { username: `${name}-account`, password: 'pw123456', flag: PC };
      const device = { device_id: `${name}-1`, device_name: 't', device_model: 't' };
      await request(business.api, 'POST', '/user/usernameregister', undefined, { ...account, name });
      const me = (await request(business.api, 'POST', '/user/login', undefined, {
        ...account,
        device,
      })) as Row;
      people.push({ uid: String(me['uid']), name, token: String(me['token']) });
    }
    return { world: new World(dir, im, business, people[0] as Person), people };
  }

  /** A call of the business API as this person; throws with the server's text when it is refused. */
  call(person: Person, method: string, path: string, body?: unknown): Promise<unknown> {
    return request(this.#business.api, method, path, person.token, body);
  }

  /** A message as another device of this person sends it. */
  async say(person: Person, channel: ChannelRef, payload: Row): Promise<void> {
    await request(this.#im.api, 'POST', '/message/send', this.#im.apiToken, {
      header: { red_dot: 1 },
      from_uid: person.uid,
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      client_msg_no: `m${Math.random()}`,
      payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
    });
  }

  get online(): boolean {
    return this.#socket !== null;
  }

  async connect(): Promise<void> {
    const { uid, token } = this.#me;
    this.#socket = await TestClient.connect(this.#im.tcp, { uid, token, deviceFlag: PC });
    const synced = (): number => this.logs.filter((line) => line === 'in sync').length;
    const before = synced();
    this.engine.connected();
    await vi.waitFor(
      () => {
        this.receive();
        if (synced() === before) throw new Error(`not in sync: ${this.logs.slice(-5).join(' | ')}`);
      },
      { timeout: 10_000, interval: 2 },
    );
  }

  /** The connection breaks again while the sync runs, this long after it came up. */
  async connectInVain(afterMs: number): Promise<void> {
    const { uid, token } = this.#me;
    this.#socket = await TestClient.connect(this.#im.tcp, { uid, token, deviceFlag: PC });
    this.engine.connected();
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    this.receive();
    this.disconnect();
  }

  /** The app is closed and started again, offline. */
  restart(): void {
    this.disconnect();
    this.engine.close();
    this.store.close();
    this.#begin();
  }

  /** Another device of the account reads the commands that wait for it, and acknowledges them for all. */
  async takeCommands(): Promise<void> {
    const rows = (await this.call(this.#me, 'POST', '/message/sync', {
      max_message_seq: 0,
      limit: 500,
    })) as Row[];
    const last = rows.reduce((highest, row) => Math.max(highest, Number(row['message_seq'])), 0);
    if (last > 0) await this.call(this.#me, 'POST', `/message/syncack/${last}`);
  }

  /** The network is gone: what the server had on its way is lost. */
  disconnect(): void {
    this.#socket?.close();
    this.#socket = null;
    this.engine.disconnected();
  }

  /** Gives the engine what has arrived, and acknowledges it. */
  receive(): void {
    const socket = this.#socket;
    const packets = socket?.received.splice(0).filter((packet) => packet.type === 'recv') ?? [];
    const arrived = packets.filter(({ flags }) =>
      this.swallowed === 'cmd' ? !flags.syncOnce && !flags.noPersist : this.swallowed === null,
    );
    if (!socket || arrived.length === 0) return;
    this.engine.onMessages(arrived.map((packet) => toReceived(socket, packet)));
    for (const packet of arrived) socket.ack(packet);
  }

  show(channel: ChannelRef): void {
    this.open = [channel];
    if (this.online) this.engine.channelOpened(channel);
  }

  /** Somebody comes back to the window. */
  look(): void {
    this.engine.attention({ visible: true, focused: false });
    this.engine.attention({ visible: true, focused: true });
  }

  isOpen(channel: ChannelRef): boolean {
    return this.open.some((open) => channelKey(open) === channelKey(channel));
  }

  async close(): Promise<void> {
    this.disconnect();
    this.engine.close();
    this.store.close();
    await this.#business.close();
    await this.#im.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function toReceived(socket: TestClient, packet: RecvPacket) {
  return {
    channel: { channelId: packet.channelId, channelType: packet.channelType },
    messageId: packet.messageId.toString(),
    messageSeq: packet.messageSeq,
    clientMsgNo: packet.clientMsgNo,
    fromUid: packet.fromUid,
    timestamp: packet.timestamp,
    expire: packet.expire,
    setting: packet.setting,
    noPersist: packet.flags.noPersist,
    redDot: packet.flags.redDot,
    syncOnce: packet.flags.syncOnce,
    payload: JSON.parse(socket.open(packet).text) as Row,
  };
}

async function request(
  api: string,
  method: string,
  path: string,
  token: string | undefined,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(path === '/message/send' ? `${api}${path}` : `${api}/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { token }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
