import { CircleAlert, Info } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { Icon } from '../../ui/icon.tsx';
import { cx } from '../../ui/cx.ts';
import { READ_ONLY_TEXT } from '../../text/storage-text.ts';
import css from './connection-banner.module.css';

/** Lines the user has put away; kept while other screens take the place of the list. */
const seen = new Set<string>();

/** What is wrong with the account's files and what is kept. The first line stays, the others can be put away. */
export function StorageLines() {
  const t = useT();
  const storage = useSession((state) => state.storage);
  const cacheLine = useSession((state) => `cache of ${state.me?.uid ?? ''}`);
  const [, render] = useState(0);
  const putAway = (id: string) => () => {
    seen.add(id);
    render((count) => count + 1);
  };
  const { readOnly, cacheReplaced, outboxDamage } = storage;
  return (
    <>
      {readOnly && (
        <div className={cx(css['line'], 'tone-danger')} data-testid="storage-read-only">
          <Icon of={CircleAlert} size={16} />
          <span className={css['text']}>{t(READ_ONLY_TEXT[readOnly])}</span>
        </div>
      )}
      {outboxDamage && !seen.has(outboxDamage.keptAs) && (
        <div className={cx(css['line'], 'tone-danger')} data-testid="storage-outbox">
          <Icon of={CircleAlert} size={16} />
          <span className={css['text']} title={outboxDamage.keptAs}>
            {t('storage.outboxDamaged', { n: outboxDamage.recovered })}
          </span>
          <button type="button" className={css['action']} onClick={putAway(outboxDamage.keptAs)}>
            {t('storage.seen')}
          </button>
        </div>
      )}
      {cacheReplaced && !seen.has(cacheLine) && (
        <div className={cx(css['line'], 'tone-neutral')} data-testid="storage-cache">
          <Icon of={Info} size={16} />
          <span className={css['text']}>
            {t(cacheReplaced === 'newer' ? 'storage.cacheNewer' : 'storage.cacheDamaged')}
          </span>
          <button type="button" className={css['action']} onClick={putAway(cacheLine)}>
            {t('storage.seen')}
          </button>
        </div>
      )}
    </>
  );
}
