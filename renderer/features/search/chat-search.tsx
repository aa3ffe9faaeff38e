import { CalendarSearch, ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { timeOfReading } from '../../state/messages/message-store.ts';
import { focusComposer, openCalendar } from '../../state/window/ui-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { FilterButtons } from './filter-buttons.tsx';
import { useChatSenders } from './senders.ts';
import type { ChatSearchState } from './use-chat-search.ts';
import css from './chat-search.module.css';

/** Bar of the search in this chat: n / total, Enter older, Shift+Enter newer, Esc closes. */
export function ChatSearch({ channel, search }: { channel: ChannelRef; search: ChatSearchState }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const senders = useChatSenders(channel);
  const close = (): void => {
    search.close();
    focusComposer();
  };
  const total = search.hits.length;
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- Esc and Enter of the field inside
    <search
      className={css['search']}
      aria-label={t('chat.searchIn')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          close();
        } else if (event.key === 'Enter' && event.target === input.current) {
          event.preventDefault();
          search.step(event.shiftKey ? -1 : 1);
        }
      }}
    >
      <div className={css['row']}>
        <SearchBox
          ref={input}
          tone="sunken"
          type="text"
          label={t('chat.searchIn')}
          className={css['field']}
          value={search.text}
          onChange={(event) => search.setText(event.target.value)}
        />
        <span className={css['steps']}>
          <output data-testid="chat-search-count">{countText(search, t, total)}</output>
          <IconButton
            icon={ChevronUp}
            size={28}
            iconSize={16}
            label={t('chat.searchPrevious')}
            why={total === 0 ? t(search.searched ? 'chat.searchNone' : 'chat.searchFirst') : null}
            onClick={() => search.step(1)}
          />
          <IconButton
            icon={ChevronDown}
            size={28}
            iconSize={16}
            label={t('chat.searchNext')}
            why={total === 0 ? t(search.searched ? 'chat.searchNone' : 'chat.searchFirst') : null}
            onClick={() => search.step(-1)}
          />
        </span>
        <span className={css['grow']} />
        <FilterButtons
          scope={{ text: search.text.trim(), channel }}
          filters={search.filters}
          senders={senders}
          onChange={search.setFilters}
        />
        <IconButton
          icon={CalendarSearch}
          size={28}
          iconSize={16}
          label={t('flow.jumpToDate')}
          aria-haspopup="dialog"
          onClick={(event) => {
            const avoid = event.currentTarget.getBoundingClientRect();
            const anchor = { x: avoid.left, y: avoid.bottom, avoid };
            openCalendar({ channel, at: timeOfReading(channelKey(channel)), anchor });
          }}
        />
        <IconButton icon={X} size={28} iconSize={16} label={t('action.close')} onClick={close} />
      </div>
    </search>
  );
}

function countText(search: ChatSearchState, t: ReturnType<typeof useT>, total: number): string {
  if (!search.searched) return '';
  if (search.failed) return t('search.failed');
  if (total === 0) return t('chat.searchNone');
  return t('chat.searchCount', { n: search.at + 1, total: search.more ? `${total}+` : total });
}
