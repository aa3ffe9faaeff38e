import { CircleAlert, SearchX, Star } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { FAVOURITE_TYPES, type FavouriteType } from '../../../shared/ipc/contract/bookmarks.ts';
import { useT } from '../../i18n/i18n.ts';
import {
  closeFavourites,
  loadFavourites,
  openFavourites,
  useFavourites,
} from '../../state/messages/favourites-store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { MainRegion } from '../../ui/main-region.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { FavouriteList } from './favourite-list.tsx';
import css from './favourites.module.css';

const DEBOUNCE_MS = 150;

/** Messages that are kept at hand on this computer: text, images, videos, recordings, files, contact cards. */
export function FavouritesPage() {
  const t = useT();
  const panelId = useId();
  const [type, setType] = useState<FavouriteType | 'all'>('all');
  const [text, setText] = useState('');
  const [words, setWords] = useState('');
  const items = useFavourites((state) => state.items.length);
  const total = useFavourites((state) => state.total);
  useEffect(() => {
    const timer = window.setTimeout(() => setWords(text.trim()), DEBOUNCE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    void openFavourites(words, type === 'all' ? null : type);
  }, [words, type]);
  useEffect(() => closeFavourites, []);

  const tabs = (['all', ...FAVOURITE_TYPES] as const).map((id) => ({ id, label: t(`fav.${id}`) }));
  return (
    <MainRegion label={t('fav.title')} className={css['page']}>
      <div className={css['head']}>
        <h1 className={css['title']}>{t('fav.title')}</h1>
        {total > 0 && <span className={css['count']}>{t('fav.count', { n: total })}</span>}
        <SearchBox
          tone="sunken"
          type="text"
          label={t('fav.search')}
          className={css['search']}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className={css['tabs']}>
        <SegmentedTabs
          label={t('fav.types')}
          tabs={tabs}
          selected={type}
          onSelect={setType}
          panelId={panelId}
        />
      </div>
      <div id={panelId} role="tabpanel" aria-label={t(`fav.${type}`)} className={css['panel']}>
        {items > 0 ? <FavouriteList /> : <Nothing narrowed={words !== '' || type !== 'all'} />}
      </div>
      <p className={css['note']}>{t('fav.local')}</p>
    </MainRegion>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  const t = useT();
  const status = useFavourites((state) => state.status);
  if (status === 'failed') {
    return (
      <EmptyState
        icon={CircleAlert}
        text={t('fav.failed')}
        action={<Button onClick={() => void loadFavourites()}>{t('error.retry')}</Button>}
      />
    );
  }
  if (status === 'loading') return <SkeletonRows rows={4} />;
  return <EmptyState icon={narrowed ? SearchX : Star} text={t(narrowed ? 'fav.none' : 'fav.empty')} />;
}
