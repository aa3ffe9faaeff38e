/** How a channel of the contract is written down, and the type of what answers it. */
import type { z } from 'zod';

/** `args` is checked at the door (check-arguments.ts); `result` is what the handler's type must give. */
export interface Channel<A extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly args: A;
  readonly result: R;
  /** May be answered for by a timeout: of anything else nobody could tell whether it was done. */
  readonly isQuery: boolean;
}

/** A channel that changes something. */
export function call<A extends z.ZodType, R extends z.ZodType>(args: A, result: R): Channel<A, R> {
  return { args, result, isQuery: false };
}

/** A channel that reads: asking twice, or giving up on the answer, does no harm. */
export function query<A extends z.ZodType, R extends z.ZodType>(args: A, result: R): Channel<A, R> {
  return { args, result, isQuery: true };
}

/** The channels of one area, or of several. */
export type Channels = Readonly<Record<string, Channel>>;

/**
 * One handler per channel of `C`: a missing or surplus one is a compile error. Handlers throw `CodedError` to answer
 * with a code (result.ts).
 */
export type Handlers<C extends Channels, From = never> = {
  [K in keyof C]: (
    args: z.output<C[K]['args']>,
    /** Who asks, where that is known. */
    ...from: [From] extends [never] ? [] : [from: From]
  ) => z.output<C[K]['result']> | Promise<z.output<C[K]['result']>>;
};
