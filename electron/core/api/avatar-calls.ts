/** Pictures of people and groups at the server (tsdd-api.md 2.2, 3.2). */
import { randomBytes } from 'node:crypto';
import { type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { type BusinessApiOptions, seg } from './caller.ts';
import { fetchOf, TransferError } from './file-transfer.ts';
import { interpretAnswer, NoAnswerError, networkReason, readText } from './http.ts';
import { CodedError } from '../../../shared/ipc/result.ts';

/** Below the server's `/v1/`. */
export const avatarPath = ({ channelId, channelType }: ChannelRef): string =>
  `${channelType === ChannelType.group ? 'groups' : 'users'}/${seg(channelId)}/avatar`;

const UPLOAD_TIMEOUT_MS = 60_000;

export function avatarCalls(options: BusinessApiOptions) {
  return {
    /** Of oneself, or of a group one owns: one multipart form with the field `file`. */
    async uploadAvatar(channel: ChannelRef, bytes: Uint8Array, mime: string): Promise<void> {
      const boundary = `----wukong${randomBytes(16).toString('hex')}`;
      const name = `avatar.${mime === 'image/png' ? 'png' : 'jpg'}`;
      const body = Buffer.concat([
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${mime}\r\n\r\n`,
        ),
        bytes,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      try {
        const response = await fetchOf(options)(`${options.server}/v1/${avatarPath(channel)}`, {
          method: 'POST',
          headers: { token: options.token, 'content-type': `multipart/form-data; boundary=${boundary}` },
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
        });
        const text = await readText(response);
        interpretAnswer('POST avatar', response.status, text, {
          retryAfter: response.headers.get('retry-after'),
          known: true,
        });
      } catch (error) {
        if (error instanceof CodedError || error instanceof NoAnswerError) throw error;
        throw new TransferError('network', networkReason(error));
      }
    },
  };
}
