/** A server lifts a mute up to so long after its end (tsdd-api.md 3.2): until then it refuses what is sent. */
export const MUTE_LIFT_MS = 16_000;
