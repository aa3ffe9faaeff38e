/** Published notices with author, history and readers. Not in TSDD: there these routes answer 404. */
import type { z } from 'zod';
import { readAnswer, readRows } from './answer.ts';
import { type Caller, seg } from './caller.ts';
import { NoticeDto, NoticeReaderDto, RemindDto } from './schemas.ts';

const path = (groupNo: string, rest = ''): `/${string}` => `/groups/${seg(groupNo)}/notices${rest}`;

export function noticeCalls({ request, log }: Caller) {
  return {
    /** Newest first. Rejects with `notCompatible` where the server keeps none. */
    async notices(groupNo: string): Promise<z.output<typeof NoticeDto>[]> {
      const body = await request({ method: 'GET', path: path(groupNo) });
      return readRows('groups/:no/notices', NoticeDto, body, log);
    },

    async markNoticeRead(groupNo: string, id: number): Promise<void> {
      await request({ method: 'POST', path: path(groupNo, `/${id}/readed`) });
    },

    async noticeReaders(
      groupNo: string,
      id: number,
      read: boolean,
    ): Promise<z.output<typeof NoticeReaderDto>[]> {
      const query = { readed: read ? 1 : 0 };
      const body = await request({ method: 'GET', path: path(groupNo, `/${id}/receipt`), query });
      return readRows('groups/:no/notices/:id/receipt', NoticeReaderDto, body, log);
    },

    async remindOfNotice(groupNo: string, id: number): Promise<string[]> {
      const body = await request({ method: 'POST', path: path(groupNo, `/${id}/remind`) });
      return readAnswer('groups/:no/notices/:id/remind', RemindDto, body).uids;
    },

    async removeNotice(groupNo: string, id: number): Promise<void> {
      await request({ method: 'DELETE', path: path(groupNo, `/${id}`) });
    },
  };
}
