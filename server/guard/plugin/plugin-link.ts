/** One plug-in in one WuKongIM node: joins by its socket, answers `Send` at once, comes back when the node does. */
import { connect, type Socket } from 'node:net';
import { reasonOf } from '../../../shared/errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import {
  connectFrame,
  type Frame,
  FrameCutter,
  FrameType,
  HEARTBEAT,
  readConnack,
  readRequest,
  readResponse,
  requestFrame,
  responseFrame,
} from './frames.ts';
import { bytesField, numberField, readFields } from './protobuf.ts';
import { judgeSend } from './verdict.ts';

const NAME = 'wukong-desktop.guard';
const HEARTBEAT_MS = 3_000;
/** Nothing from the node for this long: the link is dead although the socket stands. */
const SILENCE_MS = 30_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;
/** Asked before plug-ins that answer messages: they never see what is refused. */
const PRIORITY = 1_000;
const OK = 0;
const FAILED = 1;
const NOT_FOUND = 2;

export class PluginLink {
  readonly #path: string;
  readonly #metrics: Metrics;
  readonly #log: Log;
  #socket: Socket | null = null;
  #cutter = new FrameCutter();
  #joined = false;
  #ended = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | null = null;
  readonly #beat: NodeJS.Timeout;
  #heardAt = 0;

  constructor(path: string, metrics: Metrics, log: Log) {
    this.#path = path;
    this.#metrics = metrics;
    this.#log = log;
    metrics.pluginConnected.set(0);
    this.#beat = setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
    this.#open();
  }

  get joined(): boolean {
    return this.#joined;
  }

  close(): void {
    this.#ended = true;
    clearInterval(this.#beat);
    if (this.#retry) clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#set(false);
  }

  #open(): void {
    this.#cutter = new FrameCutter();
    const socket = connect({ path: this.#path });
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.on('connect', () => socket.write(connectFrame(1n, NAME)));
    socket.on('data', (chunk) => {
      this.#heardAt = performance.now();
      try {
        for (const frame of this.#cutter.push(chunk)) this.#take(socket, frame);
      } catch (error) {
        this.#log.warn('plugin_protocol', { reason: reasonOf(error) });
        socket.destroy();
      }
    });
    let reason = 'closed';
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', () => this.#lost(socket, reason));
  }

  #lost(socket: Socket, reason: string): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    if (this.#joined) this.#log.warn('plugin_lost', { reason });
    this.#set(false);
    if (this.#ended) return;
    this.#retry = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #set(joined: boolean): void {
    this.#joined = joined;
    this.#metrics.pluginConnected.set(joined ? 1 : 0);
  }

  #take(socket: Socket, frame: Frame): void {
    if (frame.type === FrameType.request) this.#answer(socket, frame.body);
    else if (frame.type === FrameType.connack) {
      if (readConnack(frame.body).status !== OK) throw new Error('the node refused the connection');
      socket.write(requestFrame(2n, '/plugin/start', pluginInfo()));
    } else if (frame.type === FrameType.response && !this.#joined) this.#started(readResponse(frame.body));
  }

  #started({ status, body }: { status: number; body: Buffer }): void {
    const success = readFields(body).get(2);
    if (status !== OK || success !== 1) throw new Error('the node did not start the plug-in');
    this.#retryMs = FIRST_RETRY_MS;
    this.#set(true);
    this.#log.info('plugin_joined', { socket: this.#path });
  }

  #answer(socket: Socket, body: Buffer): void {
    const request = readRequest(body);
    const reply = (status: number, answer: Buffer): void =>
      void socket.write(responseFrame(request.id, status, Date.now(), answer));
    if (request.path === '/plugin/send') {
      const startedAt = performance.now();
      try {
        const { fault, answer } = judgeSend(request.body);
        reply(OK, answer);
        this.#metrics.sends.inc({ fault: fault ?? 'ok' });
      } catch (error) {
        // An error is SENDACK 15: what cannot be read is not passed.
        this.#log.warn('plugin_packet', { reason: reasonOf(error) });
        reply(FAILED, Buffer.alloc(0));
        this.#metrics.sends.inc({ fault: 'packet' });
      }
      this.#metrics.sendSeconds.observe((performance.now() - startedAt) / 1000);
    } else if (request.path === '/stop') {
      reply(OK, Buffer.alloc(0));
      socket.end();
    } else reply(NOT_FOUND, Buffer.alloc(0));
  }

  #heartbeat(): void {
    const socket = this.#socket;
    if (socket === null || socket.connecting) return;
    if (performance.now() - this.#heardAt > SILENCE_MS) socket.destroy();
    else socket.write(HEARTBEAT);
  }
}

function pluginInfo(): Buffer {
  return Buffer.concat([
    bytesField(1, NAME),
    bytesField(2, 'recall guard'),
    bytesField(3, 'Send'),
    bytesField(4, '1.0.0'),
    numberField(5, PRIORITY),
  ]);
}
