/**
 * The outbox: everything the user asked for that the servers have not confirmed, worked off durably (docs/outbox.md).
 * The jobs live in outbox.db; whoever adds one calls `kick`. Four lanes: sends over the connection (send-lane.ts), and over
 * HTTP uploads of what they carry (upload-lane.ts), recalls (recall-lane.ts) and other requests (action-lane.ts).
 */
import { ActionLane } from './action-lane.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { DEFAULT_TIMINGS, type LaneContext, type Outbox, type OutboxOptions } from './outbox-api.ts';
import { RecallLane } from './recall-lane.ts';
import { SendLane } from './send-lane.ts';
import { UploadLane } from './upload-lane.ts';

/** Takes over what an earlier process left behind; starts at the first `kick`. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { connection, log, onUnauthorized, store } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  let state: 'open' | 'closing' | 'closed' = 'open';
  let signedOut = false;
  let timer: NodeJS.Timeout | undefined;
  let wakeAt = Infinity;

  const context: LaneContext = {
    ...options,
    timings,
    isOnline: () => connection.state.state === 'online',
    isOpen: () => state !== 'closed',
    mayRequest: () => state === 'open' && !signedOut && !store.readOnly,
    maySend: () => state === 'open' && !store.readOnly && connection.state.state === 'online',
    wakeIn,
    unauthorized() {
      if (signedOut) return;
      signedOut = true;
      onUnauthorized();
    },
  };
  const sends = new SendLane(context);
  const uploads = new UploadLane(context);
  const recalls = new RecallLane(context);
  const actions = new ActionLane(context);

  function wakeIn(ms: number): void {
    const at = Date.now() + ms;
    if (state !== 'open' || at >= wakeAt) return;
    wakeAt = at;
    clearTimeout(timer);
    timer = setTimeout(() => {
      wakeAt = Infinity;
      pump(false);
    }, ms);
  }

  function pump(eager: boolean): void {
    if (state !== 'open') return;
    try {
      sends.pump();
      uploads.pump(eager);
      recalls.pump(eager);
      actions.pump(eager);
    } catch (error) {
      // Reading the jobs failed; they are still there.
      log('error', `outbox: ${reasonOf(error)}`);
      wakeIn(timings.backoffFirstMs);
    }
  }

  if (!store.readOnly) store.requeueSends();

  return {
    kick() {
      // A connection that is online has had its token accepted.
      if (context.isOnline()) signedOut = false;
      pump(true);
    },
    async close() {
      if (state !== 'open') return;
      state = 'closing';
      clearTimeout(timer);
      const running = [...sends.running, ...uploads.running, ...recalls.running, ...actions.running];
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const graceTimer = setTimeout(resolve, timings.closeGraceMs);
      await Promise.race([Promise.allSettled(running), grace]);
      clearTimeout(graceTimer);
      sends.flush();
      state = 'closed';
    },
  };
}
