import { ChevronRight, Info, SearchX } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type ChannelRef, ChannelType, channelKey } from '../../../shared/domain.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useMe } from '../../state/session/session-store.ts';
import { closeSearch, focusSearch, jumpTo, openChannel, useUi } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { useLater } from '../../ui/use-later.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import { FilterButtons } from './filter-buttons.tsx';
import { excerpt, rangesOf } from '../../text/highlight.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { MarkedText } from '../../ui/marked-text.tsx';
import { noFilters } from './search-filters.ts';
import { clearSearch, search, searchMore, useSearch } from './search-store.ts';
import css from './search-results.module.css';

const DEBOUNCE_MS = 120;
const SPINNER_AFTER_MS = 300;
/** Messages shown under 全部 before 查看全部. */
const PREVIEW_ROWS = 7;
const GROUP_ROWS = 3;
type Tab = 'all' | 'messages' | 'people' | 'groups';

/** Hits in place of the list. One tab stop; arrows move; Enter opens and jumps; Esc goes back. */
export function SearchResults() {
  const t = useT();
  const text = useUi((state) => state.searchText.trim());
  const state = useSearch();
  useForgetting();
  const [tab, setTab] = useState<Tab>('all');
  const [filters, setFilters] = useState(noFilters);
  const panelId = useId();
  const senders = useSenders();
  // The filters belong to the messages: people and groups are found by name alone.
  const used = tab === 'messages' ? filters : noFilters;

  useEffect(() => {
    const timer = window.setTimeout(() => void search(text, used), DEBOUNCE_MS);
    return () => window.clearTimeout(timer);
  }, [text, used]);

  const tabs = [
    { id: 'all', label: t('search.all') },
    { id: 'messages', label: t('search.messages') },
    { id: 'people', label: t('search.people') },
    { id: 'groups', label: t('search.groups') },
  ] as const;
  const counts = {
    messages: state.hits.length,
    people: state.contacts.length,
    groups: state.groups.length,
    all: state.hits.length + state.contacts.length + state.groups.length,
  };
  return (
    <>
      <SegmentedTabs
        label={t('search.results')}
        tabs={tabs}
        selected={tab}
        onSelect={setTab}
        panelId={panelId}
      />
      {tab === 'messages' && (
        <div className={css['filters']}>
          <FilterButtons filters={filters} senders={senders} onChange={setFilters} />
        </div>
      )}
      <div id={panelId} role="tabpanel" className={css['panel']}>
        {state.status === 'searching' && <LateSpinner />}
        {state.status === 'failed' && <EmptyState icon={SearchX} text={t('search.failed')} />}
        {state.status === 'done' && counts[tab] === 0 && (
          <EmptyState icon={SearchX} text={t('empty.hits', { q: state.text })} />
        )}
        {counts[tab] > 0 && <Hits tab={tab} onTab={setTab} />}
        {state.status !== 'idle' && (
          <p className={css['note']}>
            <Icon of={Info} size={14} />
            {t('search.note')}
          </p>
        )}
      </div>
    </>
  );
}

/** The reader and the friends. */
function useSenders(): { uid: string; name: string }[] {
  const me = useMe();
  const { contacts } = useContacts();
  return [
    ...(me ? [{ uid: me.uid, name: me.name }] : []),
    ...(contacts ?? []).map((contact) => ({ uid: contact.uid, name: contact.remark || contact.name })),
  ];
}

function LateSpinner() {
  return useLater(true, SPINNER_AFTER_MS) ? (
    <p className={css['searching']}>
      <Spinner size={16} />
    </p>
  ) : null;
}

function Hits({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const t = useT();
  const { text, hits, contacts, groups, cursor } = useSearch();
  useForgetting();
  const all = tab === 'all';
  const list = useRef<HTMLDivElement>(null);
  /** Where the focus was, so that a row that vanishes hands it on. */
  const focusedAt = useRef<number | null>(null);
  const [stop, setStop] = useState(0);

  const groupRows = tab === 'groups' ? groups : all ? groups.slice(0, GROUP_ROWS) : [];
  const peopleRows = tab === 'people' ? contacts : all ? contacts.slice(0, GROUP_ROWS) : [];
  const messageRows = tab === 'messages' ? hits : all ? hits.slice(0, PREVIEW_ROWS) : [];
  const total = groupRows.length + peopleRows.length + messageRows.length;
  const options = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('[role="option"]') ?? []),
  ];

  // A recall takes the row away in the middle of whatever the user does: the next row gets the focus, else the field.
  useLayoutEffect(() => {
    if (focusedAt.current === null || list.current?.contains(document.activeElement)) return;
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra or missing ones are what the effect is meant to follow
    const rows = options();
    const next = rows[Math.min(focusedAt.current, rows.length - 1)];
    if (next) next.focus();
    else focusSearch();
  }, [total]);
  useEffect(
    () => () => {
      if (focusedAt.current !== null && document.activeElement === document.body) focusSearch();
    },
    [],
  );

  const leave = (): void => {
    focusedAt.current = null;
    closeSearch();
    clearSearch();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const rows = options();
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      leave();
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('[role="listbox"] [role="option"][tabindex="0"]')?.focus(),
      );
      return;
    }
    if (at < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      rows[at]?.click();
      return;
    }
    if (event.key === 'ArrowUp' && at === 0) {
      event.preventDefault();
      focusSearch();
      return;
    }
    takeRovingKey(event, {
      count: rows.length,
      at,
      edges: true,
      moveTo: (index) => rows[index]?.focus(),
    });
  };
  const onFocus = (event: React.FocusEvent): void => {
    const at = options().indexOf(event.target as HTMLElement);
    focusedAt.current = at < 0 ? null : at;
    if (at >= 0) setStop(at);
  };

  const isStop = (position: number): boolean => position === Math.min(stop, total - 1);
  const open = (channel: ChannelRef): void => {
    openChannel(channel, { focusComposer: true });
    leave();
  };
  const fullList = !all || hits.length <= PREVIEW_ROWS;
  return (
    <>
      <div
        ref={list}
        role="listbox"
        aria-label={t('search.results')}
        tabIndex={-1}
        data-search-results=""
        className={css['list']}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={(event) => {
          if (event.relatedTarget) focusedAt.current = null;
        }}
      >
        {groupRows.length > 0 && <Section title={t('search.groups')} />}
        {groupRows.map((group, index) => (
          <Row
            key={channelKey(group.channel)}
            tabStop={isStop(index)}
            channel={group.channel}
            name={group.name}
            title={<MarkedText text={group.name} ranges={rangesOf(group.name, text)} />}
            line={t('chat.members', { n: group.memberCount })}
            onOpen={() => open(group.channel)}
          />
        ))}
        {peopleRows.length > 0 && <Section title={t('search.people')} />}
        {peopleRows.map((contact, index) => {
          const name = contact.remark || contact.name;
          const channel = { channelId: contact.uid, channelType: ChannelType.person };
          return (
            <Row
              key={contact.uid}
              tabStop={isStop(groupRows.length + index)}
              channel={channel}
              name={name}
              title={<MarkedText text={name} ranges={rangesOf(name, text)} />}
              line={<MarkedText text={contact.username} ranges={rangesOf(contact.username, text)} />}
              onOpen={() => open(channel)}
            />
          );
        })}
        {messageRows.length > 0 && <Section title={t('search.messages')} note={t('search.byTime')} />}
        {messageRows.map((hit, index) => (
          <MessageRow
            key={`${channelKey(hit.message.channel)}/${hit.message.key}`}
            hit={hit}
            tabStop={isStop(groupRows.length + peopleRows.length + index)}
          />
        ))}
      </div>
      {all && !fullList && (
        <button type="button" className={css['more']} onClick={() => onTab('messages')}>
          {cursor === null ? t('search.viewAllN', { n: hits.length }) : t('search.viewAll')}
          <Icon of={ChevronRight} size={14} />
        </button>
      )}
      {cursor !== null && fullList && (tab === 'messages' || all) && (
        <button type="button" className={css['more']} onClick={() => void attempt(searchMore)}>
          {t('search.more')}
          <Icon of={ChevronRight} size={14} />
        </button>
      )}
    </>
  );
}

function Section({ title, note }: { title: string; note?: string }) {
  return (
    <div className={css['section']} role="presentation">
      <span>{title}</span>
      {note && <span>{note}</span>}
    </div>
  );
}

function MessageRow({ hit, tabStop }: { hit: SearchHit; tabStop: boolean }) {
  const t = useT();
  const language = useLanguage();
  const { message } = hit;
  const content = message.content.kind === 'text' ? message.content.text : '';
  const who = message.channel.channelType === ChannelType.group ? message.fromName : '';
  // The name before it takes room that the hit needs.
  const short = excerpt(content, hit.ranges, who ? 3 : 8);
  const selected = useUi(
    (state) =>
      state.jump?.messageSeq === message.messageSeq &&
      channelKey(state.jump.channel) === channelKey(message.channel),
  );
  return (
    <Row
      tabStop={tabStop}
      selected={selected}
      channel={message.channel}
      name={hit.channelName}
      title={<bdi>{hit.channelName}</bdi>}
      line={
        <>
          {who && <bdi>{t('preview.from', { name: who, text: '' })}</bdi>}
          <MarkedText text={short.text} ranges={short.ranges} />
        </>
      }
      time={listTime(language, message.timestamp * 1000, serverNow(), t('flow.yesterday'))}
      onOpen={() => jumpTo(message.channel, message.messageSeq)}
    />
  );
}

interface RowProps {
  tabStop: boolean;
  selected?: boolean;
  channel: ChannelRef;
  name: string;
  title: ReactNode;
  line: ReactNode;
  time?: string;
  onOpen: () => void;
}

function Row({ selected = false, channel, name, time = '', onOpen, ...rest }: RowProps) {
  return (
    <ListRow
      {...rest}
      leading={<Avatar id={channel.channelId} name={name} channelType={channel.channelType} />}
      time={time}
      selected={selected}
      // Enter and Space are handled by the listbox.
      onClick={onOpen}
    />
  );
}
