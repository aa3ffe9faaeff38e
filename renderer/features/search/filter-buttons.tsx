import { CalendarDays, File, type LucideIcon, User, X } from 'lucide-react';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { DateRangeDialog } from './date-range-dialog.tsx';
import { KindMenu, type SearchScope } from './kind-menu.tsx';
import { type Filters, rangeText, SPANS } from './search-filters.ts';
import { toldApart } from '../../text/told-apart.ts';
import type { Sender } from './senders.ts';
import css from './filter-buttons.module.css';

/** 发送人, 日期, 类型: chips with a menu each; a set one shows what it is set to, and × takes it off. */
export function FilterButtons({
  scope,
  filters,
  senders,
  onChange,
}: {
  /** What is searched, for the counts of the kinds; null: what is shown is of one kind. */
  scope: SearchScope | null;
  filters: Filters;
  senders: readonly Sender[];
  onChange: (filters: Filters) => void;
}) {
  const t = useT();
  const [menu, setMenu] = useState<{ of: 'sender' | 'span' | 'kind'; anchor: MenuAnchor } | null>(null);
  const [choosing, setChoosing] = useState(false);
  const open = (of: 'sender' | 'span' | 'kind') => (event: MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setMenu({ of, anchor: { x: box.right, y: box.bottom + 4, avoid: box } });
  };
  const { sender, span, kind = null } = filters;
  const range = typeof span === 'object' ? span : null;
  const details = toldApart(senders.map(({ uid, name, facts }) => ({ id: uid, name, facts })));
  const entries: MenuEntry[] =
    menu?.of === 'span'
      ? [
          {
            id: '',
            label: t('search.anyDate'),
            checked: span === null,
            onSelect: () => onChange({ ...filters, span: null }),
          },
          ...SPANS.map((id): MenuEntry => ({
            id,
            label: t(`search.${id}`),
            checked: span === id,
            onSelect: () => onChange({ ...filters, span: id }),
          })),
          {
            id: 'range',
            label: t('search.range'),
            checked: range !== null,
            onSelect: () => setChoosing(true),
          },
        ]
      : [
          {
            id: '',
            label: t('search.anyone'),
            checked: sender === null,
            onSelect: () => onChange({ ...filters, sender: null }),
          },
          ...senders.map((entry): MenuEntry => ({
            id: entry.uid,
            label: entry.name,
            detail: details.get(entry.uid),
            leading: <Avatar id={entry.uid} name={entry.name} size={20} />,
            checked: sender?.uid === entry.uid,
            onSelect: () => onChange({ ...filters, sender: entry }),
          })),
        ];
  return (
    <>
      <FilterButton
        icon={User}
        open={menu?.of === 'sender'}
        clear={sender && (() => onChange({ ...filters, sender: null }))}
        onClick={open('sender')}
      >
        {sender === null
          ? t('search.from')
          : [sender.name, details.get(sender.uid)].map((part) => part && <bdi key={part}>{part} </bdi>)}
      </FilterButton>
      <FilterButton
        icon={CalendarDays}
        open={menu?.of === 'span'}
        clear={span && (() => onChange({ ...filters, span: null }))}
        onClick={open('span')}
      >
        {range ? rangeText(range) : t(typeof span === 'string' ? `search.${span}` : 'search.date')}
      </FilterButton>
      {scope && (
        <FilterButton
          icon={File}
          open={menu?.of === 'kind'}
          clear={kind && (() => onChange({ ...filters, kind: null }))}
          onClick={open('kind')}
        >
          {t(kind ? `search.kind.${kind}` : 'search.kind')}
        </FilterButton>
      )}
      {choosing && (
        <DateRangeDialog
          range={range}
          onClose={() => setChoosing(false)}
          onChoose={(chosen) => onChange({ ...filters, span: chosen })}
        />
      )}
      {scope && menu?.of === 'kind' && (
        <KindMenu
          scope={scope}
          filters={filters}
          anchor={menu.anchor}
          onChange={onChange}
          onClose={() => setMenu(null)}
        />
      )}
      {menu && menu.of !== 'kind' && (
        <Menu
          key={menu.of}
          label={t(menu.of === 'span' ? 'search.date' : 'search.from')}
          entries={entries}
          anchor={menu.anchor}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
}

interface FilterButtonProps {
  icon: LucideIcon;
  /** Its menu is. */
  open: boolean;
  /** Takes the filter off; null while it is not set. */
  clear: (() => void) | null;
  children: ReactNode;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
}

function FilterButton({ icon, open, clear, children, onClick }: FilterButtonProps) {
  const t = useT();
  return (
    <span className={cx(css['chip'], clear !== null && css['set'])}>
      <Button
        size="small"
        icon={icon}
        aria-haspopup="menu"
        aria-expanded={open}
        className={css['filter']}
        onClick={onClick}
      >
        <span className={cx('ellipsis', css['words'])}>{children}</span>
      </Button>
      {clear && (
        <button type="button" className={css['clear']} aria-label={t('search.clearFilter')} onClick={clear}>
          <Icon of={X} size={14} />
        </button>
      )}
    </span>
  );
}
