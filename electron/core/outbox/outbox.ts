/**
 * The outbox: everything the user asked for that the servers have not confirmed, worked off durably (docs/outbox.md).
 * The jobs live in outbox.db; whoever adds one calls `kick`. Four lanes (lane.ts) on one pump (pump.ts): sends over the
 * connection (send-lane.ts), and over HTTP uploads of what they carry (upload-lane.ts), recalls (recall-lane.ts) and
 * other requests (action-lane.ts).
 */
import { ActionLane } from './action-lane.ts';
import type { Outbox, OutboxOptions } from './outbox-api.ts';
import { Pump } from './pump.ts';
import { RecallLane } from './recall-lane.ts';
import { SendLane } from './send-lane.ts';
import { UploadLane } from './upload-lane.ts';

/** Takes over what an earlier process left behind; starts at the first `kick`. */
export function createOutbox(options: OutboxOptions): Outbox {
  const pump = new Pump(options);
  for (const Each of [SendLane, UploadLane, RecallLane, ActionLane]) pump.add(new Each(options, pump));
  if (!options.store.readOnly) options.store.outbox.requeueSends();
  return { kick: () => pump.kick(), close: () => pump.close() };
}
