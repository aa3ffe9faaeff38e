/** What every connection test needs: a connection to a scripted server with short times, and what it reported. */
import { vi } from 'vitest';
import type { ConnectionState } from '../../../../shared/domain.ts';
import type { Connection, ConnectionOptions, ReceivedEvent, ReceivedMessage } from '../connection-api.ts';
import { createConnection } from '../connection.ts';
import type { ConnectionTuning } from '../tuning.ts';
import type { ScriptedServer } from './scripted-server.ts';

export interface Harness {
  connection: Connection;
  states: ConnectionState[];
  messages: ReceivedMessage[];
  events: ReceivedEvent[];
  batches: number[];
  logs: string[];
  offsets: number[];
  transports: string[];
  /** What `probeHttp` and `resolveAddresses` answer; tests change it. */
  http: {
    verdict: 'ok' | 'unauthorized' | 'unreachable' | 'badCertificate';
    resolvable: boolean;
    asked: number;
  };
  online(): Promise<void>;
  state(name: ConnectionState['state']): Promise<void>;
}

export const FAST: Partial<ConnectionTuning> = {
  backoffFirstMs: 20,
  backoffMaxMs: 100,
  connackTimeoutMs: 2_000,
  refusalMinMs: 40,
  httpTimeoutMs: 2_000,
};

type Addresses = Awaited<ReturnType<ConnectionOptions['resolveAddresses']>>;

export function harness(
  target: ScriptedServer | Partial<Addresses>,
  change: Partial<ConnectionOptions> = {},
  tuning: Partial<ConnectionTuning> = {},
): Harness {
  const addresses: Addresses =
    'script' in target
      ? { tcp: target.tcp, ws: null, wss: null }
      : { tcp: target.tcp ?? null, ws: target.ws ?? null, wss: target.wss ?? null };
  const http: Harness['http'] = { verdict: 'ok', resolvable: true, asked: 0 };
  const h: Harness = {
    states: [],
    messages: [],
    events: [],
    batches: [],
    logs: [],
    offsets: [],
    transports: [],
    http,
    online: () => h.state('online'),
    state: (name) =>
      vi.waitFor(
        () => {
          const { state } = h.connection.state;
          if (state !== name) throw new Error(`state is ${state}, log: ${h.logs.join(' | ')}`);
        },
        // Only says when a test that hangs is stopped: what is waited for may need much of a busy processor.
        { timeout: 15_000, interval: 5 },
      ),
    connection: createConnection(
      {
        uid: 'alice',
        token: 'secret-token',
        deviceId: 'device-1',
        deviceFlag: 2,
        resolveAddresses: () => {
          http.asked++;
          return http.resolvable ? Promise.resolve(addresses) : Promise.reject(new Error('no network'));
        },
        probeHttp: () => Promise.resolve(http.verdict),
        onMessages: (messages) => {
          h.batches.push(messages.length);
          h.messages.push(...messages);
        },
        onEvent: (event) => h.events.push(event),
        onState: (state) => h.states.push(state),
        onConnected: (offset) => h.offsets.push(offset),
        onTransport: (transport) => h.transports.push(transport),
        log: (level, message) => h.logs.push(`${level}: ${message}`),
        ...change,
      },
      { ...FAST, ...tuning },
    ),
  };
  return h;
}

/**
 * Until `vi.useRealTimers()`: time passes only while a test waits with `until` or a harness (5 ms with every look). The
 * scripted server shares this thread; a busy moment would else pass for a slow server, or for a slow network.
 */
export function virtualTime(): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
}

/** Waits until `value` is true; fails with the description. */
export function until(description: string, value: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!value()) throw new Error(`still waiting: ${description}`);
    },
    // Only says when a test that hangs is stopped: what is waited for may need much of a busy processor.
    { timeout: 15_000, interval: 5 },
  );
}
