/** What an IM server may write to a running client: spoilt packets, and well-formed ones with payloads of any kind. */
import * as fc from 'fast-check';
import { CoreRig } from './core-rig.ts';
import { jsonText, spoiltBytes, spoiltJson } from './mutate.ts';
import { GOLDEN_FRAMES } from './packets.ts';
import { PAYLOADS } from './payloads.ts';
import { batches, draw, noSecretIn, type Target } from './target.ts';

const BATCH = 50;

/** Ids and places as servers write them, and as they must not. */
const envelope = fc.record(
  {
    fromUid: fc.constantFrom('bob', 'u1', 'u2', '', '____system', 'bob@u1'),
    channelId: fc.constantFrom('bob', 'g1', 'u1', '', 'bob____cmd', 'x'.repeat(250)),
    channelType: fc.constantFrom(1, 2, 3, 0, 255),
    messageSeq: fc.constantFrom(1, 2, 7, 0, 4_294_967_295),
    messageId: fc.constantFrom(1n, 0n, -1n, 2n ** 63n - 1n, 2_124_791_608_111_960_064n),
    timestamp: fc.constantFrom(0, -1, 2_147_483_647, -2_147_483_648),
    expire: fc.constantFrom(0, 1, 4_294_967_295),
    setting: fc.constantFrom(0, 8, 128, 255),
    clientMsgNo: fc.constantFrom('', 'c-1', 'x'.repeat(300)),
    flags: fc.record({
      noPersist: fc.boolean(),
      redDot: fc.boolean(),
      syncOnce: fc.boolean(),
      dup: fc.boolean(),
    }),
  },
  { requiredKeys: [] },
);

const ingest: Target = {
  name: 'messages into the store',
  share: 9,
  run: (run) =>
    CoreRig.using(async (rig) => {
      const cases = draw(fc.tuple(spoiltJson(...PAYLOADS), fc.oneof(fc.constant({}), envelope)), run);
      for (const { batch } of batches(cases, BATCH)) {
        const frames = batch.map(([payload, change]) =>
          rig.recv({ plain: Buffer.from(jsonText(payload)), ...change }),
        );
        const known = rig.im.peer.of('recvack').length;
        rig.write(Buffer.concat(frames));
        await rig.checkWell();
        await rig.until('all RECVACKs', () => rig.im.peer.of('recvack').length > known + frames.length);
        noSecretIn(rig.lines.splice(0), 'core');
      }
    }),
};

const socket: Target = {
  name: 'bytes on the socket',
  share: 2,
  run: (run) =>
    CoreRig.using(async (rig) => {
      const cases = draw(spoiltBytes(GOLDEN_FRAMES), run);
      for (const { batch } of batches(cases, BATCH)) {
        for (const bytes of batch) {
          // A DISCONNECT ends the session for good, as it should.
          if (bytes.some((byte) => byte >> 4 === 9)) continue;
          rig.write(bytes);
        }
        // Some of it announced a packet that never ends: the next connection has to be well.
        await rig.reconnect();
        await rig.checkWell();
        noSecretIn(rig.lines.splice(0), 'core');
      }
    }),
};

export const liveTargets: readonly Target[] = [ingest, socket];
