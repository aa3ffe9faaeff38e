import { Search } from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { changeSettings, useSettings } from '../../../state/session/settings.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { NativeInput } from '../../../ui/native-field.tsx';
import { usePressElsewhere } from '../../../ui/use-press-elsewhere.ts';
import { drawableEmoji } from './drawable-emoji.ts';
import { CATEGORIES, type Emoji, findEmoji, loadEmoji, withRecent, withTone } from './emoji-data.ts';
import { EmojiFoot } from './emoji-foot.tsx';
import { type EmojiCell, type PanelRow, panelRows, type SectionId, stepRow } from './emoji-rows.ts';
import css from './emoji-panel.module.css';

const CELL = 47;
const HEAD = 30;

let known: readonly Emoji[] | null = null;

/** All emoji that this computer can draw; null until they are read. `failed`: they could not be. */
function useEmoji(): { all: readonly Emoji[] | null; failed: boolean } {
  const [state, setState] = useState({ all: known, failed: false });
  useEffect(() => {
    if (known !== null) return undefined;
    let gone = false;
    const read = async (): Promise<void> => {
      try {
        known = await drawableEmoji(await loadEmoji());
        if (!gone) setState({ all: known, failed: false });
      } catch {
        if (!gone) setState({ all: null, failed: true });
      }
    };
    void read();
    return () => {
      gone = true;
    };
  }, []);
  return state;
}

interface EmojiPanelProps {
  /** The panel stays open. */
  onPick: (emoji: string) => void;
  onClose: () => void;
  /** It stands in one, which closes it. */
  inPopover?: boolean;
  /** Beside the search, where there is more than emoji. */
  tabs?: ReactNode;
}

/** Every emoji, with search, categories and what was used last (more.md 3). Keys go to the search field. */
export function EmojiPanel({ onPick, onClose, inPopover = false, tabs }: EmojiPanelProps) {
  const t = useT();
  const language = useLanguage();
  const { recentEmoji, emojiTone } = useSettings();
  const { all, failed } = useEmoji();
  const [query, setQuery] = useState('');
  /** Number of the cell that Enter takes. */
  const [at, setAt] = useState(0);
  /** The arrows left and right belong to the field until a cell was chosen by key. */
  const [roving, setRoving] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  // The row of those used last does not move under the pointer while the panel is open.
  const [recent] = useState(recentEmoji);
  const rows = useMemo(
    () => panelRows(sectionsOf(all ?? [], { query, recent, tone: emojiTone, language })),
    [all, query, recent, emojiTone, language],
  );
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read here only
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'head' ? HEAD : CELL),
    getItemKey: (index) => {
      const row = rows[index];
      return row?.kind === 'cells' ? `${row.section}-${row.first}` : (row?.section ?? index);
    },
    overscan: 4,
  });
  const cells = rows.flatMap((row) => (row.kind === 'cells' ? row.cells : []));
  const chosen = Math.min(at, cells.length - 1);
  // The button that opened it closes it by itself.
  usePressElsewhere(root, onClose, { isPart: (at) => at.closest('[data-emoji-button]') !== null });
  useEffect(() => field.current?.focus(), []);

  const rowOf = (cell: number): number =>
    rows.findIndex((row) => row.kind === 'cells' && cell < row.first + row.cells.length);
  const moveTo = (cell: number): void => {
    const to = Math.min(cells.length - 1, Math.max(0, cell));
    setAt(to);
    setRoving(true);
    virtual.scrollToIndex(rowOf(to));
  };
  const take = (cell: EmojiCell | undefined): void => {
    if (!cell) return;
    onPick(cell.char);
    void changeSettings({ recentEmoji: withRecent(recentEmoji, cell.char) });
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key } = event;
    const free = query === '' || roving;
    if (key === 'Escape') onClose();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.target !== field.current) return;
    else if (key === 'ArrowDown' || key === 'ArrowUp')
      moveTo(stepRow(rows, chosen, key === 'ArrowDown' ? 1 : -1));
    else if (free && (key === 'ArrowRight' || key === 'ArrowLeft'))
      moveTo(chosen + (key === 'ArrowRight' ? 1 : -1));
    else if (key === 'Enter') take(cells[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = virtual.getVirtualItems();
  const top = rows[virtual.range?.startIndex ?? 0]?.section;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the field inside
    <div
      ref={root}
      role="dialog"
      aria-label={t('composer.emoji')}
      className={cx(css['panel'], inPopover && css['inPopover'])}
      data-testid="emoji-panel"
      onKeyDown={onKeyDown}
    >
      <div className={css['top']}>
        {tabs}
        <label className={css['head']}>
          <Icon of={Search} size={16} />
          <NativeInput
            ref={field}
            role="combobox"
            aria-expanded={rows.length > 0}
            aria-controls={rows.length > 0 ? `${id}-grid` : undefined}
            aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
            autoComplete="off"
            dir="auto"
            aria-label={t('emoji.search')}
            placeholder={t('emoji.search')}
            className="bare-input"
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
              setRoving(false);
              virtual.scrollToOffset(0);
            }}
          />
        </label>
      </div>
      <div
        ref={scroller}
        id={`${id}-grid`}
        role="grid"
        tabIndex={-1}
        aria-label={t('composer.emoji')}
        aria-rowcount={rows.length}
        aria-colcount={8}
        className={css['body']}
        hidden={rows.length === 0}
      >
        <div role="presentation" className={css['grid']} style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 1}
                  className={css['row']}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <RowCells row={row} id={id} chosen={chosen} onTake={take} onHover={setAt} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {rows.length === 0 && <NoEmoji query={query} read={all !== null} failed={failed} />}
      <EmojiFoot
        rows={rows}
        current={top}
        tone={emojiTone}
        onSection={(index) => {
          virtual.scrollToIndex(index, { align: 'start' });
          const next = rows[index + 1];
          if (next?.kind === 'cells') setAt(next.first);
          field.current?.focus();
        }}
      />
    </div>
  );
}

function sectionsOf(
  all: readonly Emoji[],
  how: { query: string; recent: readonly string[]; tone: number; language: 'zh' | 'en' },
): (readonly [SectionId, readonly EmojiCell[]])[] {
  const cell = (emoji: Emoji): EmojiCell => ({ char: withTone(emoji, how.tone), name: emoji[how.language] });
  if (how.query.trim() !== '') return [['hits', findEmoji(all, how.query).map(cell)]];
  const named = new Map(
    all.flatMap((emoji) => [emoji.char, ...(emoji.tones ?? [])].map((char) => [char, emoji] as const)),
  );
  const recent = how.recent.flatMap((char) => {
    const emoji = named.get(char);
    return emoji ? [{ char, name: emoji[how.language] }] : [];
  });
  return [
    ['recent', recent],
    ...CATEGORIES.map(
      ([, name]) => [name, all.filter(({ category }) => category === name).map(cell)] as const,
    ),
  ];
}

/** In place of the grid, what there is to say of it. */
function NoEmoji({ query, read, failed }: { query: string; read: boolean; failed: boolean }) {
  const t = useT();
  return (
    <div className={css['body']}>
      {(read || failed) && (
        <p className={css['empty']} role="status">
          {failed ? t('error.generic') : query === '' ? t('emoji.noFont') : t('emoji.none', { q: query })}
        </p>
      )}
    </div>
  );
}

function RowCells({
  row,
  id,
  chosen,
  onTake,
  onHover,
}: {
  row: PanelRow;
  id: string;
  chosen: number;
  onTake: (cell: EmojiCell) => void;
  onHover: (cell: number) => void;
}) {
  const t = useT();
  if (row.kind === 'head')
    return (
      <div role="columnheader" aria-colspan={8} className={css['title']}>
        {t(`emoji.${row.section}`)}
      </div>
    );
  return row.cells.map((cell, index) => (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the keys
    <div
      key={`${cell.char}-${index}`}
      id={`${id}-${row.first + index}`}
      role="gridcell"
      aria-label={cell.name}
      aria-selected={row.first + index === chosen}
      title={cell.name}
      className={css['cell']}
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={() => onHover(row.first + index)}
      onClick={() => onTake(cell)}
    >
      {cell.char}
    </div>
  ));
}
