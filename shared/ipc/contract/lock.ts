/** The lock of the app (docs/app-lock.md): what opens it, what sets it up, and what may be asked while it is shut. */
import { z } from 'zod';
import { Place } from './accounts.ts';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';

export const MIN_PASSCODE = 4;
export const MAX_PASSCODE = 64;
/** As somebody types it who may be wrong. */
const Typed = z.string().min(1).max(MAX_PASSCODE);
const Chosen = z.string().min(MIN_PASSCODE).max(MAX_PASSCODE);

/** All that a page may know while the app is locked: of no account, and of nobody. */
export const LockState = z.object({
  language: z.enum(['zh', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  fontSize: z.int(),
  /** Before the next try is looked at. */
  waitMs: z.number(),
  /** false: the file of the passcode is damaged; nothing opens the lock but giving up what is stored. */
  usable: z.boolean(),
  /** An organisation wants a passcode and there is none yet: one is chosen before anything is shown. */
  setup: z.boolean(),
});
export type LockState = z.infer<typeof LockState>;

/** `wait`: it was not looked at; of a wrong one `waitMs` says when the next one will be. */
export const PasscodeAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('right') }),
  z.object({ is: z.literal('wrong'), waitMs: z.number() }),
  z.object({ is: z.literal('wait'), waitMs: z.number() }),
]);
export type PasscodeAnswer = z.infer<typeof PasscodeAnswer>;

export const lockContract = {
  'lock.state': query(Nothing, LockState),
  'lock.unlock': call(z.object({ passcode: Typed }), PasscodeAnswer),
  /** The first passcode, where one is wanted before anything is shown. `invalidState` where none is. */
  'lock.choose': call(z.object({ passcode: Chosen }), Done),
  /** The page has put away what it must; `place`: where it was. `invalidState` where no passcode is set. */
  'lock.now': call(z.object({ place: Place.nullable() }), Done),
  /** The passcode is forgotten: every account of this computer is signed out and erased, and the lock is gone. */
  'lock.forget': call(Nothing, Done),
  /** Another passcode, the first one (`current` null), or none any more (`next` null). */
  'lock.set': call(z.object({ current: Typed.nullable(), next: Chosen.nullable() }), PasscodeAnswer),
  /** Somebody has used the keyboard or the pointer since the page said so last. */
  'lock.used': call(Nothing, Done),
} as const;

/** Answered while the app is locked; every other channel is refused at the door (electron/main/ipc/ipc.ts). */
export const WHILE_LOCKED: ReadonlySet<string> = new Set([
  'lock.state',
  'lock.unlock',
  'lock.choose',
  'lock.now',
  'lock.forget',
  'shell.quit',
]);
