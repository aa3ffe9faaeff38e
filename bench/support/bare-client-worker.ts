/**
 * A bare client in a thread of its own, where the app's is: sends the next message of a conversation when the SENDACK
 * of the last is there, and does nothing else.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Peer } from '../../e2e/fixtures/people/peer.ts';

export interface BareStart {
  api: string;
  username: string;
  password: string;
  text: string;
}
/** Messages to each of the people; the answer is the milliseconds it took. */
export interface BareRound {
  to: readonly string[];
  messages: number;
}

const port = parentPort;
if (!port) throw new Error('bare-client-worker.ts runs in a worker thread');
const { api, username, password, text } = workerData as BareStart;
const peer = await Peer.signIn(api, username, password);
await peer.connect();

async function round({ to, messages }: BareRound): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    to.map(async (uid) => {
      for (let i = 0; i < messages; i += 1) await peer.sendText(uid, 1, `${text} ${i}`);
    }),
  );
  return performance.now() - startedAt;
}

port.on('message', (asked: BareRound | null) => {
  if (asked) {
    void round(asked).then((ms) => port.postMessage(ms));
    return;
  }
  peer.close();
  port.close();
});
