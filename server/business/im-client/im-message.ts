/** What the IM server answers: a stored message, or that it did not do what was asked. */
import { z } from 'zod';

/** The IM server did not do what was asked: `status` is its HTTP status, 0 when it could not be reached. */
export class ImError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ImError';
    this.status = status;
  }
}

/** One stored message as WuKongIM's API returns it; `payload` is base64. */
export const ImMessage = z.object({
  setting: z.number().default(0),
  message_idstr: z.string().regex(/^-?\d{1,19}$/),
  client_msg_no: z.string().default(''),
  message_seq: z.number(),
  from_uid: z.string().default(''),
  channel_id: z.string(),
  channel_type: z.number(),
  expire: z.number().default(0),
  timestamp: z.number(),
  payload: z.string().nullish(),
  header: z
    .object({
      no_persist: z.number().default(0),
      red_dot: z.number().default(0),
      sync_once: z.number().default(0),
    })
    .default({ no_persist: 0, red_dot: 0, sync_once: 0 }),
});
export type ImMessage = z.infer<typeof ImMessage>;
