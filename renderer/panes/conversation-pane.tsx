import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { useNarrowWindow, useSmallWindow } from '../state/window/media-query.ts';
import { changeSettings, useSettings } from '../state/session/settings.ts';
import { ConnectionBanner } from '../features/banner/connection-banner.tsx';
import { SearchHead } from '../features/search/search-head.tsx';
import { SearchResults } from '../features/search/search-results.tsx';
import { useIsSearching } from '../features/search/search-scope.ts';
import { UpdateLine } from '../features/updates/update-line.tsx';
import { AwayCard } from '../features/conversations/away-card.tsx';
import { ConversationList } from '../features/conversations/conversation-list.tsx';
import { ListPane } from '../ui/list-pane.tsx';
import css from './conversation-pane.module.css';

const MIN = 240;
const MAX = 400;
const DEFAULT = 300;
const NARROW = 248;
const clamp = (width: number): number => Math.round(Math.min(MAX, Math.max(MIN, width)));

/** The second column: search field, connection banner, then the conversations or the search results. */
export function ConversationPane() {
  const t = useT();
  const narrow = useNarrowWindow();
  const small = useSmallWindow();
  const { listWidth } = useSettings();
  const [dragged, setDragged] = useState<number | null>(null);
  const searching = useIsSearching();
  const width = narrow ? NARROW : (dragged ?? listWidth);

  const startDrag = (event: PointerEvent<HTMLElement>): void => {
    const handle = event.currentTarget;
    const from = event.clientX;
    let last = width;
    handle.setPointerCapture(event.pointerId);
    const move = (at: globalThis.PointerEvent): void => {
      last = clamp(width + at.clientX - from);
      setDragged(last);
    };
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('lostpointercapture', end);
      if (last !== listWidth) void changeSettings({ listWidth: last }).then(() => setDragged(null));
      else setDragged(null);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', end);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 10 : event.key === 'ArrowLeft' ? -10 : 0;
    if (step === 0) return;
    event.preventDefault();
    void changeSettings({ listWidth: clamp(width + step) });
  };

  return (
    <ListPane style={small ? { flex: 1 } : { width }} aria-label={t('conv.label')}>
      <SearchHead />
      <ConnectionBanner />
      <UpdateLine />
      <div className={css['content']} data-region="list">
        {searching ? (
          <SearchResults />
        ) : (
          <>
            <AwayCard />
            <ConversationList />
          </>
        )}
      </div>
      {!narrow && (
        <div
          role="separator"
          aria-orientation="vertical"
          aria-label={t('conv.resize')}
          aria-valuemin={MIN}
          aria-valuemax={MAX}
          aria-valuenow={width}
          tabIndex={0}
          className={css['handle']}
          onPointerDown={startDrag}
          onDoubleClick={() => void changeSettings({ listWidth: DEFAULT })}
          onKeyDown={onKeyDown}
        />
      )}
    </ListPane>
  );
}
