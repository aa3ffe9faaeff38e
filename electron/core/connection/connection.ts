/**
 * The connection of one account to its IM server: wukongimjssdk behind its seams, driven by our state machine
 * (docs/connection.md). What it promises: a message is acknowledged to the server only after `onMessages` has
 * returned; a `send` either resolves with the server's answer or rejects with `ConnectionLost`; a dead connection is
 * noticed; a refused token or a kick ends the tries instead of looping.
 */
import { reasonOf } from '../../../shared/errors.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import type * as wire from '../../../shared/wire/packets.ts';
import { WireError } from '../../../shared/wire/wire-error.ts';
import type { ConnectionState } from '../../../shared/domain.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import {
  type Connection,
  ConnectionLost,
  type ConnectionOptions,
  MessageTooLong,
  type SendOutcome,
} from './connection-api.ts';
import { eventOf } from './event-packet.ts';
import { Link, type LinkEnd } from './link.ts';
import { PendingSends } from './pending-sends.ts';
import { Receiver } from './receiver.ts';
import { seamedSdk, type SdkHandlers } from './sdk-seams.ts';
import { serverOffset } from './server-offset.ts';
import { nextPhase, type Phase, type PhaseEvent } from './state-machine.ts';
import { type OfferedAddresses, SecureLine } from './secure-line.ts';
import type { TransportAddress, TransportKind } from './transport.ts';
import { backoffMs, type ConnectionTuning, DEFAULT_TUNING } from './tuning.ts';
import { type FailedSeries, type WhyFailed, whyFailed } from './why-failed.ts';
import { within } from './within.ts';

/** A real server's WebSocket reader loses its framing in long bursts, never in 4-64 packets (wukongim.md fact 11). */
const ACKS_PER_TURN_WS = 32;

/** How one attempt at one transport ended. */
type AttemptEnd =
  | { kind: 'online' }
  | { kind: 'kicked' }
  | { kind: 'refused'; reasonCode: number }
  | { kind: 'failed'; end: LinkEnd };

/**
 * Makes the connection; nothing happens before `start()`. One per worker thread may be open at a time, because the SDK
 * is a singleton; after `close()` the next one may start.
 */
export function createConnection(
  options: ConnectionOptions,
  tuning: Partial<ConnectionTuning> = {},
): Connection {
  return new SdkConnection(options, { ...DEFAULT_TUNING, ...tuning });
}

class SdkConnection implements Connection {
  readonly #options: ConnectionOptions;
  readonly #tuning: ConnectionTuning;
  readonly #sdk = seamedSdk();
  readonly #receiver: Receiver<{ wire: wire.RecvPacket }>;
  readonly #sends: PendingSends;
  readonly #line: SecureLine;
  #phase: Phase = 'idle';
  #state: ConnectionState = { state: 'connecting' };
  #link: Link | null = null;
  #transport = '';
  /** The transport that worked in this session. */
  #worked: TransportKind | null = null;
  /** The transport that was of no use: last until one is online again. */
  #avoid: TransportKind | null = null;
  #addresses: OfferedAddresses | null = null;
  #lastPingMs: number | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #retryAsked = false;
  /** Failed series since the last stable connection. */
  #failures = 0;
  /** Series in a row in which a close without CONNACK looked like a refused token. */
  #refusals = 0;
  #seriesNumber = 0;
  #seriesStartedAt = 0;
  #onlineSince = 0;

  constructor(options: ConnectionOptions, tuning: ConnectionTuning) {
    this.#options = options;
    this.#tuning = tuning;
    this.#receiver = new Receiver<{ wire: wire.RecvPacket }>({
      keys: () => this.#sdk.sessionKeys(),
      onMessages: options.onMessages,
      acknowledge: (packet) => this.#sdk.acknowledge(packet.wire),
      log: options.log,
      maxBatch: tuning.maxBatch,
      acksPerTurn: () => (this.#worked === 'tcp' ? tuning.maxBatch : ACKS_PER_TURN_WS),
      onFull: (full) => this.#link?.hold(full),
    });
    this.#sends = new PendingSends(options, tuning.sendackTimeoutMs, (reason) => this.replace(reason));
    this.#line = new SecureLine(options);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get transport(): string {
    return this.#transport;
  }

  get lastPingMs(): number | null {
    return this.#lastPingMs;
  }

  start(): void {
    this.#go('start');
    this.#publish({ state: 'connecting' });
    this.#runSeries();
  }

  retryNow(anew = false): void {
    const before = this.#phase;
    this.#go('retry');
    if (before === 'online') {
      this.#retryAsked = anew;
      if (anew) this.#link?.drop('another way is to be taken');
      else this.#link?.ping();
    } else if (before === 'connecting') {
      if (performance.now() - this.#seriesStartedAt < this.#tuning.staleSeriesMs) {
        this.#retryAsked = true;
        return;
      }
      // It may hang on a network that is gone (address look-up, open sockets): the news is about another one.
      this.#failures = 0;
      this.#dropLink();
      this.#runSeries();
    } else if (this.#phase === 'connecting') {
      this.#failures = 0;
      this.#tryAgain();
    }
  }

  replace(reason: string): void {
    if (this.#phase !== 'online') return;
    this.#avoid = this.#worked;
    this.#retryAsked = true;
    this.#link?.drop(reason);
  }

  send(message: Parameters<Connection['send']>[0]): Promise<SendOutcome> {
    const link = this.#link;
    if (this.#phase !== 'online' || !link) return Promise.reject(new ConnectionLost('not connected'));
    try {
      const clientSeq = this.#sdk.send({
        ...message.channel,
        clientMsgNo: message.clientMsgNo,
        payload: Buffer.from(JSON.stringify(message.payload), 'utf8'),
        setting: message.setting ?? 0,
        expire: message.expire ?? 0,
      });
      return this.#sends.answerTo(clientSeq, message.channel, link);
    } catch (error) {
      const tooLong = error instanceof WireError && error.code === 'tooLong';
      return Promise.reject(tooLong ? new MessageTooLong(error.message) : toError(error));
    }
  }

  close(): Promise<void> {
    if (this.#phase !== 'closing') {
      this.#go('close');
      clearTimeout(this.#retryTimer);
      this.#receiver.flush();
      this.#dropLink();
      this.#sends.rejectAll('connection closed');
    }
    return Promise.resolve();
  }

  // ---- states ---------------------------------------------------------------------------------------------------

  #go(event: PhaseEvent): void {
    this.#phase = nextPhase(this.#phase, event);
  }

  #publish(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #wait(event: 'failed' | 'failedEverywhere' | 'lost', why: WhyFailed = {}): void {
    this.#go(event);
    const delay = this.#retryAsked ? 0 : backoffMs(this.#failures, this.#tuning);
    this.#retryAsked = false;
    this.#failures++;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#go('retry');
      this.#tryAgain();
    }, delay);
    const nextTryAtMs = Date.now() + delay;
    this.#publish({
      state: this.#phase === 'unreachable' ? 'unreachable' : 'offline',
      nextTryAtMs,
      ...why,
    });
  }

  #tryAgain(): void {
    clearTimeout(this.#retryTimer);
    this.#publish({ state: 'connecting' });
    this.#runSeries();
  }

  #expire(): void {
    this.#go('tokenRefused');
    this.#publish({ state: 'sessionExpired' });
  }

  #kicked(reason: string, why: 'banned' | 'quit' | 'elsewhere'): void {
    this.#go('kick');
    this.#options.log('warn', `kicked by the server: ${reason}`);
    // The server leaves the socket open (wukongim.md B.6): it would look alive and deliver nothing.
    this.#receiver.flush();
    this.#dropLink();
    this.#sends.rejectAll('kicked');
    this.#publish({ state: 'kicked', reason, ...(why === 'elsewhere' ? {} : { [why]: true }) });
  }

  // ---- attempts -------------------------------------------------------------------------------------------------

  /** One series: every offered transport once. Ends in one transition of the state machine. */
  #runSeries(): void {
    const mine = ++this.#seriesNumber;
    const current = (): boolean => this.#phase === 'connecting' && mine === this.#seriesNumber;
    this.#seriesStartedAt = performance.now();
    this.#series(current).catch((error: unknown) => {
      this.#options.log('error', `connecting failed unexpectedly: ${reasonOf(error)}`);
      if (!current()) return;
      this.#dropLink();
      this.#wait('failed');
    });
  }

  async #series(current: () => boolean): Promise<void> {
    const { addresses, fresh } = await this.#resolve();
    let tokenRefused = false;
    let looksRefused = false;
    let badCertificate = false;
    let proxy: ProxyFault | null = null;
    const order = addresses ? this.#line.order(addresses, this.#worked, this.#avoid) : [];
    if (addresses && order.length === 0)
      this.#options.log('error', 'the server offers no address for the IM connection that may be used');
    for (const address of order) {
      if (!current()) return;
      const result = await this.#attempt(address);
      if (result.kind === 'online' || result.kind === 'kicked') return;
      if (result.kind === 'refused') {
        this.#options.log('warn', `${address.kind}: CONNACK with reason ${result.reasonCode}`);
        if (result.reasonCode === ReasonCode.authFail) {
          // At an address of earlier another server may answer by now, which never knew the token.
          tokenRefused = fresh;
          break;
        }
        continue;
      }
      const { end } = result;
      this.#options.log('warn', `${address.kind} connection failed: ${end.reason}`);
      proxy ??= end.proxy;
      if (end.looksRefused) {
        looksRefused = true;
        if (this.#refusals + 1 >= this.#tuning.refusalsToExpire) break;
      }
      // Whoever shows a wrong certificate must not get the token in plain text instead.
      if (end.certificateError) {
        badCertificate = true;
        break;
      }
    }
    if (!current()) return;
    this.#refusals = looksRefused ? this.#refusals + 1 : 0;
    const problem = addresses ? this.#line.problem(order.length) : null;
    await this.#judge({ tokenRefused, badCertificate, problem, proxy }, current);
  }

  /** All transports failed: the business server tells whether it is the token, the IM server or the network. */
  async #judge(seen: FailedSeries, current: () => boolean): Promise<void> {
    const verdict = await within(this.#options.probeHttp(), this.#tuning.httpTimeoutMs).catch(
      () => 'unreachable' as const,
    );
    if (!current()) return;
    const refused = seen.tokenRefused || this.#refusals >= this.#tuning.refusalsToExpire;
    if (verdict === 'unauthorized' || (verdict === 'ok' && refused)) {
      this.#expire();
    } else {
      this.#wait(verdict === 'ok' ? 'failed' : 'failedEverywhere', whyFailed(verdict, seen));
    }
  }

  /** Fresh addresses; the last known ones while the business server does not answer. */
  async #resolve(): Promise<{ addresses: OfferedAddresses | null; fresh: boolean }> {
    try {
      this.#addresses = await within(this.#options.resolveAddresses(), this.#tuning.httpTimeoutMs);
      return { addresses: this.#addresses, fresh: true };
    } catch (error) {
      this.#options.log('warn', `IM addresses not available: ${reasonOf(error)}`);
      return { addresses: this.#addresses, fresh: false };
    }
  }

  #attempt(address: TransportAddress): Promise<AttemptEnd> {
    const { promise, resolve } = Promise.withResolvers<AttemptEnd>();
    const link = new Link(
      {
        run: (action) => this.#sdk.run(action),
        pong: (roundTripMs) => {
          this.#lastPingMs = roundTripMs;
        },
        recv: (frame) => this.#receiver.push({ wire: this.#sdk.readRecv(frame) }),
        event: (frame) => this.#options.onEvent?.(eventOf(frame)),
        sendack: (frame) => this.#sends.acknowledged(this.#sdk.readSendack(frame)),
        log: this.#options.log,
        dial: this.#options.dial,
        ended: (end) => {
          this.#sdk.release(link);
          if (this.#link === link) this.#link = null;
          if (this.#phase === 'online') this.#lost(end);
          else resolve({ kind: 'failed', end });
        },
      },
      this.#tuning,
    );
    const handlers: SdkHandlers = {
      log: this.#options.log,
      connack: (packet) => {
        if (packet.reasonCode === ReasonCode.success) {
          // Throws when key or salt are no use: then nothing could be read or sent, and the attempt has failed.
          this.#sdk.sessionKeys();
          this.#online(address, link, packet);
          resolve({ kind: 'online' });
        } else if (packet.reasonCode === ReasonCode.ban || packet.reasonCode === ReasonCode.connectKick) {
          if (packet.reasonCode === ReasonCode.ban) this.#kicked('banned', 'banned');
          else this.#kicked('refused in favour of another device', 'elsewhere');
          resolve({ kind: 'kicked' });
        } else {
          this.#dropLink();
          resolve({ kind: 'refused', reasonCode: packet.reasonCode });
        }
      },
      disconnect: (reasonCode, reason) => {
        // TSDD's "quit PC" says nothing; whoever is replaced by a sign-in elsewhere is told so (tsdd-api.md 12).
        const why = reason === '' ? 'quit' : 'elsewhere';
        this.#kicked(reason || `reason ${reasonCode}`, reasonCode === ReasonCode.ban ? 'banned' : why);
        resolve({ kind: 'kicked' });
      },
    };
    this.#link = link;
    const { deviceFlag, deviceId, token, uid } = this.#options;
    this.#sdk.connect({ uid, token, deviceId, deviceFlag }, link, handlers);
    link.open(address);
    return promise;
  }

  #online(address: TransportAddress, link: Link, connack: wire.ConnackPacket): void {
    link.ready();
    link.hold(this.#receiver.isFull);
    this.#go('connected');
    this.#refusals = 0;
    this.#retryAsked = false;
    this.#onlineSince = performance.now();
    this.#transport = address.kind;
    this.#worked = address.kind;
    this.#avoid = null;
    this.#options.log(
      'info',
      `online over ${address.kind}, protocol ${connack.serverVersion ?? 'unannounced'}`,
    );
    // Listeners may already send.
    this.#state = { state: 'online' };
    this.#options.onTransport?.(address.kind);
    this.#options.onConnected(serverOffset(connack, this.#options.log));
    // A listener may have closed the connection meanwhile.
    if (this.#phase === 'online') this.#publish({ state: 'online' });
  }

  #lost(end: LinkEnd): void {
    this.#options.log('warn', `connection lost: ${end.reason}`);
    this.#receiver.flush();
    if (performance.now() - this.#onlineSince >= this.#tuning.stableMs) this.#failures = 0;
    this.#wait('lost');
    this.#sends.rejectAll(end.reason);
  }

  #dropLink(): void {
    const link = this.#link;
    this.#link = null;
    if (!link) return;
    link.close();
    this.#sdk.release(link);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
