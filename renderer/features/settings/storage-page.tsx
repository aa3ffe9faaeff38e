import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { READ_ONLY_TEXT } from '../../text/storage-text.ts';
import { StorageBar, totalOf } from './storage-bar.tsx';
import { StorageByChat } from './storage-by-chat.tsx';
import { StorageRules } from './storage-rules.tsx';
import { useStorage } from './use-storage.ts';
import css from './settings.module.css';

/** What is stored on this computer, by kind, and what of it may go. */
export function StoragePage() {
  const t = useT();
  const { readOnly, outboxDamage } = useSession((state) => state.storage);
  const days = useSession((state) => state.shell?.managed.localStorageDays ?? null);
  const [asking, setAsking] = useState<'media' | 'rebuild' | 'forget' | null>(null);
  const { storage, refresh } = useStorage();
  if (!storage) return <SkeletonRows rows={7} />;
  const { usage, chats, more } = storage;
  const { messages, index, media, avatars, stickers, outbox, logs, updates, page, otherAccounts } = usage;
  const locked = readOnly === null ? null : t(READ_ONLY_TEXT[readOnly]);
  const close = (): void => setAsking(null);
  return (
    <div className={css['top']}>
      <StorageBar usage={usage} />
      <h2 className={css['section']}>{t('set.storage.rules')}</h2>
      <StorageRules cleanup={usage.cleanup} />
      <StorageByChat chats={chats} more={more} locked={locked} onCleared={refresh} />
      <h2 className={css['section']}>{t('set.storage.details')}</h2>
      <Card>
        <ValueRow
          label={t('set.storage.messages')}
          detail={t('set.storage.messagesN', { n: usage.cachedMessages })}
          value={byteSize(messages)}
        />
        <ValueRow label={t('set.storage.index')} value={byteSize(index)} />
        <ValueRow
          label={t('set.storage.media')}
          detail={t('set.storage.mediaN', { n: usage.mediaFiles })}
          value={byteSize(media)}
        />
        <ValueRow
          label={t('set.storage.avatars')}
          detail={t('set.storage.avatarsN', { n: usage.avatarFiles })}
          value={byteSize(avatars)}
        />
        {stickers > 0 && (
          <ValueRow
            label={t('set.storage.stickers')}
            detail={t('set.storage.stickersN', { n: usage.stickerFiles })}
            value={byteSize(stickers)}
          />
        )}
        <ValueRow
          label={t('set.storage.outbox')}
          detail={
            outboxDamage
              ? t('set.storage.outboxKept', { file: outboxDamage.keptAs })
              : t('set.storage.outboxN', { n: usage.outboxJobs })
          }
          value={byteSize(outbox)}
        />
        <ValueRow label={t('set.storage.logs')} value={byteSize(logs)} />
        {updates > 0 && <ValueRow label={t('set.storage.updates')} value={byteSize(updates)} />}
        <ValueRow label={t('set.storage.page')} value={byteSize(page)} />
        {otherAccounts > 0 && (
          <ValueRow label={t('set.storage.otherAccounts')} value={byteSize(otherAccounts)} />
        )}
        <ValueRow label={t('set.storage.total')} value={byteSize(totalOf(usage))} />
        {days !== null && (
          <ValueRow label={t('pol.days')} detail={<ManagedNote />} value={t('pol.daysValue', { n: days })} />
        )}
      </Card>
      <div className={css['buttons']}>
        <Button
          why={
            locked ??
            (usage.mediaFiles + usage.avatarFiles + usage.stickerFiles === 0
              ? t('set.storage.noMedia')
              : null)
          }
          onClick={() => setAsking('media')}
        >
          {t('set.storage.clearMedia')}
        </Button>
        <Button why={locked} onClick={() => setAsking('rebuild')}>
          {t('set.storage.rebuild')}
        </Button>
        {updates > 0 && (
          <Button
            onClick={() =>
              void attempt(async () => {
                await call('updates.discard', undefined);
                showToast({ text: t('set.storage.updatesCleared'), tone: 'success' });
                refresh();
              })
            }
          >
            {t('set.storage.clearUpdates')}
          </Button>
        )}
      </div>
      <p className={css['note']}>{locked ?? t('cache.rebuild')}</p>
      <div className={css['buttons']}>
        <Button variant="dangerText" onClick={() => setAsking('forget')}>
          {t('forget.button')}
        </Button>
      </div>
      {asking === 'forget' && (
        <ConfirmDialog
          danger
          title={t('forget.title')}
          confirmLabel={t('forget.confirm')}
          onCancel={close}
          onConfirm={async () => {
            await call('shell.forgetEverything', undefined);
            close();
          }}
        >
          {t('forget.body')}
        </ConfirmDialog>
      )}
      {asking === 'rebuild' && (
        <ConfirmDialog
          title={t('set.storage.rebuildTitle')}
          confirmLabel={t('set.storage.rebuild')}
          onCancel={close}
          onConfirm={async () => {
            await call('storage.rebuildCache', undefined);
            close();
            showToast({ text: t('set.storage.rebuilt'), tone: 'success' });
            refresh();
          }}
        >
          {t('cache.rebuild')}
        </ConfirmDialog>
      )}
      {asking === 'media' && (
        <ConfirmDialog
          title={t('set.storage.clearMediaTitle')}
          confirmLabel={t('set.storage.clearMedia')}
          onCancel={close}
          onConfirm={async () => {
            const { files, bytes } = await call('storage.clearMedia', undefined);
            showToast({
              text: t('set.storage.cleared', { n: files, size: byteSize(bytes) }),
              tone: 'success',
            });
            close();
            refresh();
          }}
        >
          {t('set.storage.clearMediaBody')}
        </ConfirmDialog>
      )}
    </div>
  );
}
