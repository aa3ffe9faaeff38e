/** The plug-in socket of a WuKongIM node as wukongim-plugin.md tells of it: takes one plug-in, asks it about SENDs. */
import { createServer, type Server, type Socket } from 'node:net';
import {
  FrameCutter,
  FrameType,
  HEARTBEAT,
  readRequest,
  readResponse,
  requestFrame,
  responseFrame,
} from '../plugin/frames.ts';
import { bytesField, numberField, readFields } from '../plugin/protobuf.ts';

const SUCCESS = 1;

export class ScriptedNode {
  readonly #server: Server;
  readonly #waiting = new Map<bigint, (body: Buffer, status: number) => void>();
  #plugin: Socket | null = null;
  #next = 100n;
  /** PluginInfo of the plug-in that joined, by field. */
  info: Map<number, Buffer | number> | null = null;
  heartbeats = 0;

  constructor() {
    this.#server = createServer((socket) => this.#joined(socket));
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve) => this.#server.listen(path, resolve));
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** The connection breaks. */
  drop(): void {
    this.#plugin?.destroy();
    this.#plugin = null;
    this.info = null;
  }

  /** Sends bytes as they are. */
  raw(bytes: Buffer): void {
    this.#plugin?.write(bytes);
  }

  /** Asks about one SEND. `reason`: SENDACK's code. */
  send(payload: Buffer | string, from = 'u1'): Promise<{ reason: number; payload: string; status: number }> {
    const packet = Buffer.concat([
      bytesField(1, from),
      bytesField(2, 'g1'),
      numberField(3, 2),
      bytesField(4, payload),
      numberField(5, SUCCESS),
      bytesField(6, Buffer.concat([bytesField(1, from), numberField(2, 7)])),
    ]);
    return this.ask('/plugin/send', packet).then(({ body, status }) => {
      const fields = readFields(body);
      const back = fields.get(4);
      return {
        reason: Number(fields.get(5) ?? 0),
        payload: Buffer.isBuffer(back) ? back.toString() : '',
        status,
      };
    });
  }

  ask(path: string, body: Buffer): Promise<{ body: Buffer; status: number }> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, (answer, status) => resolve({ body: answer, status }));
      this.#plugin?.write(requestFrame(id, path, body));
    });
  }

  #joined(socket: Socket): void {
    this.#plugin = socket;
    const cutter = new FrameCutter();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const { type, body } of cutter.push(chunk)) {
        if (type === FrameType.heartbeat) {
          this.heartbeats += 1;
          socket.write(HEARTBEAT);
        } else if (type === FrameType.connect) socket.write(connack(body));
        else if (type === FrameType.request) {
          const request = readRequest(body);
          this.info = readFields(request.body);
          const started = Buffer.concat([numberField(1, 1001), numberField(2, 1)]);
          socket.write(responseFrame(request.id, 0, 0, started));
        } else if (type === FrameType.response) {
          const response = readResponse(body);
          this.#waiting.get(response.id)?.(response.body, response.status);
          this.#waiting.delete(response.id);
        }
      }
    });
  }
}

/** id u64, status u8 (0 ok), body u32 + bytes; the frame around it as of a request. */
function connack(connect: Buffer): Buffer {
  const frame = Buffer.concat([
    Buffer.from('WUKONG'),
    Buffer.from([FrameType.connack]),
    Buffer.alloc(4),
    connect.subarray(0, 8),
    Buffer.alloc(5),
  ]);
  frame.writeUInt32BE(13, 7);
  return frame;
}
