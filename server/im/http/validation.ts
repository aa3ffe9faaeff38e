import { z } from 'zod';
import { isPlainId } from '../channel-ids.ts';

/** An answer `{"msg", "status"}` with the HTTP status 400 (or another). */
export class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** Checks a body or query. @throws ApiError naming the first wrong field */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new ApiError(`${path === '' ? 'body' : path}: ${issue?.message ?? 'invalid'}`);
}

const PLAIN_ID = 'must not be empty nor contain @ # &';

export const uid = z.string().refine(isPlainId, PLAIN_ID);
export const uids = z.array(uid);
/** Any channel id, also a fake id with @. */
export const channelId = z.string().min(1, 'must not be empty');
export const plainChannelId = z.string().refine(isPlainId, PLAIN_ID);
export const channelType = z.int().min(0).max(255);
export const u8 = z.int().min(0).max(255);
export const u32 = z.int().min(0).max(0xffffffff);
/** 0 or 1, absent is 0. */
export const bit = z
  .union([z.literal(0), z.literal(1), z.boolean()])
  .default(0)
  .transform(Boolean);
/** Like bit, but absent stays absent. */
export const optionalBit = z
  .union([z.literal(0), z.literal(1), z.boolean()])
  .transform(Boolean)
  .optional();

/** int64 as number, long number (bigint by parseExact) or decimal string. */
export const int64 = z
  .union([z.bigint(), z.int(), z.string().regex(/^-?\d{1,19}$/, 'must be a decimal integer')])
  .transform((value) => BigInt(value))
  .refine((value) => BigInt.asIntN(64, value) === value, 'must fit 64 bits');

/** Base64 as bytes. */
export const base64 = z
  .string()
  .refine((text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, 'must be base64')
  .transform((text) => Buffer.from(text, 'base64'));

/** `n` in a query string. */
export const queryInt = z
  .string()
  .regex(/^\d{1,10}$/, 'must be a number')
  .transform(Number);
