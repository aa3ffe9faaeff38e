/** What of an account lies beside its databases: files of messages, and pictures of people and groups. */
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import type { FromWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';
import type { OpenStore } from './account-store/open-store.ts';
import type { BusinessApi } from './api/business-api.ts';
import type { Log } from './api/http.ts';
import { Avatars } from './avatars/avatars.ts';
import { Media } from './media/media.ts';

interface Outwards {
  post: (message: FromWorker) => void;
  push: (delta: CoreDelta) => void;
}

export class AccountFiles {
  readonly media: Media;
  readonly avatars: Avatars;

  constructor(
    { accountDir, uid }: WorkerStart,
    store: OpenStore,
    api: BusinessApi,
    { post, push }: Outwards,
    logFor: (scope: string) => Log,
  ) {
    this.media = new Media({
      accountDir,
      me: { uid },
      store,
      api,
      push: (transfers) => push({ kind: 'transfers', transfers }),
      announce: post,
      log: logFor('media'),
    });
    this.avatars = new Avatars({
      accountDir,
      api,
      announce: post,
      push: (avatars) => push({ kind: 'avatars', avatars }),
      readOnly: () => store.readOnly,
      log: logFor('avatars'),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.media.close(), this.avatars.close()]);
  }
}
