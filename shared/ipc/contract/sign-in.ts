/** The sign-in form: what a server offers, and each way in (docs/sign-in.md). */
import { z } from 'zod';
import { ServerRules } from '../../domain.ts';
import { AccountEntry } from './accounts.ts';
import { Done, Nothing } from './arguments.ts';
import { call } from './channel.ts';

export const ServerProbe = z.object({
  /** Normalised origin (and path) that later calls use. */
  server: z.string(),
  latencyMs: z.number(),
  rules: ServerRules,
  /** Plain http to something that is not this computer. */
  insecure: z.boolean(),
  /** A registration needs an invitation code. */
  inviteCode: z.boolean(),
  /** The server says that it refuses late recalls and sends recalled words to nobody. */
  recallEnforced: z.boolean(),
  /** Its clock minus this computer's, ms; null = it does not say. */
  clockOffsetMs: z.number().nullable(),
});
export type ServerProbe = z.infer<typeof ServerProbe>;

/** What a server has; everything else is not shown. */
export const SignInOffers = z.object({
  /** A code that a phone scans. */
  scan: z.boolean(),
  /** Accounts have phone numbers. */
  phone: z.boolean(),
  /** A new password by SMS. */
  reset: z.boolean(),
  /** How somebody can get an account; neither: not here. */
  register: z.object({ username: z.boolean(), phone: z.boolean() }),
});
export type SignInOffers = z.infer<typeof SignInOffers>;

/** Signed in; or the device is new, and a code is asked for (`signIn.verify`). */
const SignInStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('in'), account: AccountEntry }),
  /** `phone`: as the server masks it; '' = it does not say. */
  z.object({ step: z.literal('verify'), phone: z.string() }),
]);
export type SignInStep = z.infer<typeof SignInStep>;

const VerifyStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('in'), account: AccountEntry }),
  z.object({
    step: z.literal('wrong'),
    /** null = the server does not say. */
    triesLeft: z.int().nullable(),
    /** No code is taken for so long; null = that is not why. */
    lockedSeconds: z.int().nullable(),
    /** The server's words. */
    message: z.string(),
  }),
]);
export type VerifyStep = z.infer<typeof VerifyStep>;

/** Who has scanned the code. */
const Scanner = z.object({
  uid: z.string(),
  /** '' = the server does not say, and nobody of that id is known here. */
  name: z.string(),
  /** `data:` address of a picture; null = none. */
  face: z.string().nullable(),
});
export type Scanner = z.infer<typeof Scanner>;

const ScanAnswer = z.object({
  state: z.enum(['waiting', 'scanned', 'granted', 'expired']),
  /** From `scanned` on. */
  person: Scanner.nullable(),
});
export type ScanAnswer = z.infer<typeof ScanAnswer>;

const Server = z.string().max(500);
const Password = z.string().min(1).max(200);
const NewPassword = z.string().min(6).max(200);
/** As `phone-number.ts` has it. */
const PhoneNumber = z.object({
  zone: z.string().regex(/^00\d{1,4}$/),
  phone: z.string().regex(/^\d{3,20}$/),
});
const Code = z.string().min(1).max(20);
/** '' where the server asks for none. */
const InviteCode = z.string().max(40);
const ScanId = z.object({ id: z.int() });

export const signInContract = {
  'signIn.probe': call(z.object({ server: Server }), ServerProbe),
  /** Of a server that was probed. */
  'signIn.offers': call(z.object({ server: Server }), SignInOffers),
  'signIn.login': call(
    z.object({
      server: Server,
      username: z.string().max(100),
      password: Password,
      keepSignedIn: z.boolean(),
    }),
    SignInStep,
  ),
  'signIn.register': call(
    z.object({
      server: Server,
      username: z.string().min(8).max(22),
      password: NewPassword,
      name: z.string().min(1).max(40),
      inviteCode: InviteCode.default(''),
      keepSignedIn: z.boolean(),
    }),
    SignInStep,
  ),
  /** Has the code of a registration sent to a phone. `exists`: the number has an account, and none was sent. */
  'signIn.requestCode': call(PhoneNumber.extend({ server: Server }), z.object({ exists: z.boolean() })),
  'signIn.registerPhone': call(
    PhoneNumber.extend({
      server: Server,
      code: Code,
      inviteCode: InviteCode,
      password: NewPassword,
      name: z.string().min(1).max(40),
      keepSignedIn: z.boolean(),
    }),
    SignInStep,
  ),
  /** Has the code of a new password sent to the phone of an account. */
  'signIn.requestResetCode': call(PhoneNumber.extend({ server: Server }), Done),
  /** Sets a new password, and signs in with it. */
  'signIn.resetPassword': call(
    PhoneNumber.extend({ server: Server, code: Code, password: NewPassword, keepSignedIn: z.boolean() }),
    SignInStep,
  ),
  /** Has the code for this new device sent; `signedOut` when no sign-in waits for one. */
  'signIn.sendDeviceCode': call(Nothing, Done),
  'signIn.verify': call(z.object({ code: Code }), VerifyStep),
  /** A code for a phone to scan; the one before is forgotten. */
  'signIn.scanStart': call(
    z.object({ server: Server }),
    z.object({ id: z.int(), text: z.string(), validMs: z.number() }),
  ),
  /** Answers when something changes, or after some seconds. */
  'signIn.scanPoll': call(ScanId, ScanAnswer),
  /** Nobody looks at the code any more: what asks about it ends. */
  'signIn.scanStop': call(ScanId, Done),
  /** After `granted`. */
  'signIn.scanEnter': call(ScanId.extend({ keepSignedIn: z.boolean() }), SignInStep),
} as const;
