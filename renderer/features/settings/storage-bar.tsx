import type { StorageUsage } from '../../../shared/ipc/contract/storage.ts';
import { type PlainKey, useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { Card } from '../../ui/card.tsx';
import css from './storage.module.css';

/** All that is stored here: the sum, what is free, and a bar of its kinds with their names (system.png 6). */
export function StorageBar({ usage }: { usage: StorageUsage }) {
  const t = useT();
  const total = totalOf(usage);
  const images = Math.min(usage.images, usage.media);
  const messages = usage.messages + usage.index;
  const kinds: { id: string; label: PlainKey; bytes: number }[] = [
    { id: 'images', label: 'set.storage.images', bytes: images },
    { id: 'files', label: 'set.storage.files', bytes: usage.media - images },
    { id: 'messages', label: 'set.storage.words', bytes: messages },
    { id: 'rest', label: 'set.storage.rest', bytes: Math.max(0, total - usage.media - messages) },
  ];
  return (
    <Card>
      <div className={css['sum']}>
        <span className={css['total']} data-testid="storage-total">
          {byteSize(total)}
        </span>
        {usage.diskFree !== null && (
          <span className={css['free']}>{t('set.storage.free', { size: byteSize(usage.diskFree) })}</span>
        )}
      </div>
      {/* The legend says the same in words. */}
      <div className={css['bar']} aria-hidden="true">
        {kinds.map(({ id, bytes }) =>
          bytes === 0 ? null : <span key={id} data-kind={id} style={{ flexGrow: bytes }} />,
        )}
      </div>
      <ul className={css['legend']}>
        {kinds.map(({ id, label, bytes }) => (
          <li key={id} data-kind={id}>
            <span>{t(label)}</span>
            <span className={css['bytes']}>{byteSize(bytes)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export const totalOf = (usage: StorageUsage): number =>
  usage.messages +
  usage.index +
  usage.media +
  usage.avatars +
  usage.stickers +
  usage.outbox +
  usage.logs +
  usage.updates +
  usage.page +
  usage.otherAccounts;
