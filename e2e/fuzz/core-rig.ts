/**
 * An account's core as the app runs it (real connection over TCP, real store on disk) between a scripted IM server and
 * a business server in memory, with a check that it still does its work.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from '../../electron/core/connection/connection.ts';
import { FAST } from '../../electron/core/connection/testing/harness.ts';
import { type RecvFields, ScriptedServer } from '../../electron/core/connection/testing/scripted-server.ts';
import { type Core, createCore } from '../../electron/core/core.ts';
import { coreParts } from '../../electron/core/core-parts.ts';
import { ScriptedBusiness } from '../../electron/core/sync/testing/scripted-business.ts';
import { coreContract, type CoreContract } from '../../shared/ipc/contract/contract.ts';
import { channelKey } from '../../shared/domain.ts';
import { CoreDelta } from '../../shared/ipc/contract/events.ts';
import { checkArguments } from '../../shared/ipc/check-arguments.ts';
import type { Result } from '../../shared/ipc/result.ts';
import type { FromWorker } from '../../shared/ipc/worker-protocol.ts';

export const BOB = { channelId: 'bob', channelType: 1 };
export const GROUP = { channelId: 'g1', channelType: 2 };
const LATE_MS = 15_000;
/** Of the time between two looks no more than this counts: whoever gets no processor is late, and not stuck. */
const MOST_COUNTED_MS = 100;
/** In memory where the system offers it: the outbox syncs every commit to disk. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export class CoreRig {
  readonly lines: string[] = [];
  readonly business = new ScriptedBusiness();
  readonly im: ScriptedServer;
  readonly #dir = mkdtempSync(join(ROOT, 'wukong-fuzz-'));
  readonly #core: Core;
  readonly #answers = new Map<number, (result: Result<unknown>) => void>();
  #watchers: (() => void)[] = [];
  #texts = new Set<string>();
  #sent = new Set<string>();
  /** Keys of messages that left the page again, and of chats that it has to read anew. */
  #removed = new Set<string>();
  /** Highest seq the list has shown, by person. */
  readonly newest = new Map<string, number>();
  /** Batches of deltas about messages or conversations so far. */
  batches = 0;
  /** Most rows of the list, and most messages, that came in one batch. */
  mostRows = 0;
  mostMessages = 0;
  /** Texts of messages that came live, in the order of the batches. */
  readonly shown: string[] = [];
  notifications = 0;
  /** Whether the page takes each batch as it comes, or when told (`takeDeltas`). */
  takesAtOnce = false;
  #untaken = 0;
  #badDelta: string | null = null;
  #online = false;
  #syncs = 0;
  #nextId = 0;
  #seq = 1_000;

  private constructor(im: ScriptedServer) {
    this.im = im;
    im.script.send = (peer, packet) =>
      peer.sendack(packet, 1, 3_000_000_000_000_000_000n + BigInt((this.#seq += 1)));
    this.#addresses();
    this.business.add(BOB, { messageId: '2124791608111960064', seq: 1, fromUid: 'bob' });
    this.business.add(GROUP, { messageId: '2124791608111960065', seq: 1, fromUid: 'u2' });
    this.#core = createCore(
      {
        accountDir: this.#dir,
        server: 'http://business.test',
        uid: 'u1',
        username: 'me000001',
        name: 'Me',
        token: 't',
        deviceId: 'dev',
        offerReedit: true,
      },
      (message) => this.#take(message),
      {
        ...coreParts,
        fetch: (url, init) => this.business.fetch(url, init),
        createConnection: (options) => createConnection(options, FAST),
      },
    );
  }

  /** A running client for `work`, stopped whatever happens. */
  static async using(work: (rig: CoreRig) => Promise<void>): Promise<void> {
    const rig = await CoreRig.start();
    // Else the core holds the rest back after some thousand cases, as it should.
    rig.takesAtOnce = true;
    try {
      await work(rig);
    } finally {
      await rig.stop();
    }
  }

  static async start(): Promise<CoreRig> {
    const rig = new CoreRig(await ScriptedServer.start());
    try {
      await rig.until('the first sync', () => rig.#online && rig.#syncs > 0);
    } catch (error) {
      // It has the only connection there may be: the next target would fail as well.
      await rig.stop();
      throw error;
    }
    return rig;
  }

  /** Where to connect; the scripted business server knows no such route. */
  #addresses(): void {
    this.business.overrides.set(
      'GET /users/u1/im',
      () => new Response(JSON.stringify({ tcp_addr: this.im.tcp, ws_addr: '', wss_addr: '' })),
    );
  }

  /** Answers as a well server from now on. */
  wellAgain(): void {
    this.business.overrides.clear();
    this.#addresses();
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'answer':
        this.#answers.get(message.id)?.(message.result);
        this.#answers.delete(message.id);
        break;
      case 'log':
        this.lines.push(`${message.level} ${message.scope}: ${message.message}`);
        if (message.message === 'in sync') this.#syncs += 1;
        break;
      case 'connection':
        this.#online = message.connection.state === 'online';
        break;
      case 'deltas':
        for (const delta of message.deltas) this.#look(delta);
        this.#measure(message.deltas);
        if (this.takesAtOnce) void this.ask('core.deltasTaken', undefined);
        else this.#untaken += 1;
        if (message.deltas.some(({ kind }) => kind === 'messages' || kind === 'conversations'))
          this.batches += 1;
        break;
      case 'notify':
        this.notifications += 1;
        break;
      default:
        break;
    }
    // What goes over a MessagePort must be cloneable, whatever came in.
    structuredClone(message);
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const wake of watchers) wake();
  }

  /** The page takes all batches that were posted; until the first time it acknowledges none. */
  async takeDeltas(): Promise<void> {
    for (; this.#untaken > 0; this.#untaken -= 1) await this.ask('core.deltasTaken', undefined);
  }

  #measure(deltas: readonly CoreDelta[]): void {
    let rows = 0;
    let messages = 0;
    for (const delta of deltas) {
      if (delta.kind === 'conversations') rows += delta.upserts.length;
      if (delta.kind !== 'messages') continue;
      messages += delta.upserts.length;
      for (const { content } of delta.live ? delta.upserts : [])
        if (content.kind === 'text') this.shown.push(content.text);
    }
    this.mostRows = Math.max(this.mostRows, rows);
    this.mostMessages = Math.max(this.mostMessages, messages);
  }

  #look(delta: CoreDelta): void {
    const parsed = CoreDelta.safeParse(delta);
    if (!parsed.success)
      this.#badDelta ??= `${delta.kind}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`;
    if (delta.kind === 'conversations')
      for (const { channel, lastMessageSeq } of delta.upserts)
        this.newest.set(channel.channelId, lastMessageSeq);
    if (delta.kind === 'reload') this.#removed.add(channelKey(delta.channel));
    if (delta.kind !== 'messages') return;
    for (const key of delta.removed) this.#removed.add(key);
    for (const view of delta.upserts) {
      if (view.content.kind === 'text') this.#texts.add(view.content.text);
      if (view.own && view.send.state === 'sent') this.#sent.add(view.key);
    }
  }

  get syncs(): number {
    return this.#syncs;
  }

  /** Resolves once `holds`, looked at after each message of the core. */
  async until(what: string, holds: () => boolean): Promise<void> {
    let left = LATE_MS;
    while (!holds()) {
      const lookedAt = performance.now();
      if (left <= 0) throw new Error(`stuck: waited for ${what}\n${this.lines.slice(-15).join('\n')}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, Math.min(left, 10));
        this.#watchers.push(() => {
          clearTimeout(timer);
          wake();
        });
      });
      left -= Math.min(MOST_COUNTED_MS, performance.now() - lookedAt);
    }
  }

  /** Any channel name and argument, as a compromised page could send them: checked first, as the main thread does. */
  ask(channel: string, args: unknown): Promise<Result<unknown>> {
    const checked = checkArguments(channel, args);
    if (!checked.ok) return Promise.resolve(checked);
    this.#nextId += 1;
    const id = this.#nextId;
    let answer: Result<unknown> | null = null;
    this.#answers.set(id, (result) => {
      answer = result;
    });
    this.#core.handle({ kind: 'request', id, channel: channel as keyof CoreContract, args: checked.args });
    return this.until(`an answer of ${channel}`, () => answer !== null).then(() => answer as never);
  }

  /** Bytes from the IM server, as one segment. */
  write(bytes: Uint8Array): void {
    this.im.peer.write(bytes);
  }

  /** A RECV of the next seq in bob's chat unless told otherwise. */
  recv(change: Partial<RecvFields>): Uint8Array {
    this.#seq += 1;
    const n = this.#seq;
    return this.im.peer.recv({
      messageId: 2_500_000_000_000_000_000n + BigInt(n),
      messageSeq: n,
      clientMsgNo: `c-${n}`,
      fromUid: 'bob',
      channelId: 'bob',
      channelType: 1,
      timestamp: Math.floor(Date.now() / 1000),
      ...change,
    });
  }

  /** Ends the IM connection; resolves when the next one is up. */
  async reconnect(): Promise<void> {
    const before = this.im.peers.length;
    this.im.peer.close();
    await this.until('the next connection', () => this.im.peers.length > before && this.#online);
  }

  /** A message comes in, is shown and acknowledged; one goes out; a page and the list can be read. */
  async checkWell(): Promise<void> {
    await this.until('the connection', () => this.#online);
    this.#texts.clear();
    this.#sent.clear();
    this.#removed.clear();
    const content = `still here ${this.#seq}`;
    const { peer } = this.im;
    const acked = peer.of('recvack').length;
    // From somebody new: what the cases did to bob's chat may be checked against a history that has none of it.
    const from = `well-${this.#seq}`;
    this.write(this.recv({ fromUid: from, channelId: from, messageSeq: 1, payload: { type: 1, content } }));
    // Above CROWD_ABOVE changes in a frame (a batch of cases and this one may be; a cache that is built anew adds to
    // them) the page gets only the row of a chat that it does not show: then what the chat holds is the proof.
    const isThere = (): boolean => this.#texts.has(content) || this.newest.get(from) === 1;
    await this.until('an ordinary message', isThere);
    if (!this.#texts.has(content)) await this.#checkPage({ channelId: from, channelType: 1 }, content);
    await this.until('its RECVACK', () => peer.of('recvack').length > acked);
    const mention = { all: false, uids: [] };
    const sent = await this.ask('messages.send', {
      channel: BOB,
      text: content,
      mention,
      replyToMessageId: null,
    });
    if (!sent.ok) throw new Error(`stuck: sending: ${sent.message}`);
    const { clientMsgNo, key } = sent.value as { clientMsgNo: string; key: string };
    // A chat that is read anew in this moment, because the cases made it look as if its server had begun again, has no
    // message that the scripted history lacks: then that it went out is the proof.
    const wentOut = (): boolean =>
      [key, channelKey(BOB)].some((gone) => this.#removed.has(gone)) &&
      peer.of('send').some((packet) => packet.clientMsgNo === clientMsgNo);
    await this.until('an own message', () => this.#sent.has(key) || wentOut());
    for (const [channel, args] of [
      ['messages.page', { channel: BOB, anchor: { at: 'latest' }, limit: 50 }],
      ['core.bootstrap', undefined],
    ] as const) {
      const result = await this.ask(channel, args);
      if (!result.ok) throw new Error(`stuck: ${channel}: ${result.message}`);
      coreContract[channel].result.parse(result.value);
    }
    if (this.#badDelta !== null) throw new Error(`a delta breaks the contract: ${this.#badDelta}`);
  }

  /** What a page of this chat holds. */
  async #checkPage(channel: typeof BOB, text: string): Promise<void> {
    const args = { channel, anchor: { at: 'latest' }, limit: 50 };
    const result = await this.ask('messages.page', args);
    if (!result.ok) throw new Error(`stuck: messages.page: ${result.message}`);
    const { messages } = coreContract['messages.page'].result.parse(result.value);
    if (!messages.some(({ content }) => content.kind === 'text' && content.text === text))
      throw new Error(
        `lost: a message that was announced is not in its chat\n${this.lines.slice(-15).join('\n')}`,
      );
  }

  async stop(): Promise<void> {
    await this.#core.close();
    await this.im.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
