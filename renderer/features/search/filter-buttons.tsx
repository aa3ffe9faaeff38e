import { Clock, type LucideIcon, User } from 'lucide-react';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { type Filters, SPANS } from './search-filters.ts';
import type { Sender } from './senders.ts';
import css from './filter-buttons.module.css';

/** 发送人 and 日期: two buttons with a menu each; a set one shows what it is set to. */
export function FilterButtons({
  filters,
  senders,
  onChange,
}: {
  filters: Filters;
  senders: readonly Sender[];
  onChange: (filters: Filters) => void;
}) {
  const t = useT();
  const [menu, setMenu] = useState<{ of: 'sender' | 'span'; anchor: MenuAnchor } | null>(null);
  const open = (of: 'sender' | 'span') => (event: MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setMenu({ of, anchor: { x: box.right, y: box.bottom + 4, avoid: box } });
  };
  const { sender, span } = filters;
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
            leading: <Avatar id={entry.uid} name={entry.name} size={20} />,
            checked: sender?.uid === entry.uid,
            onSelect: () => onChange({ ...filters, sender: entry }),
          })),
        ];
  return (
    <>
      <FilterButton icon={User} open={menu?.of === 'sender'} set={sender !== null} onClick={open('sender')}>
        {sender?.name ?? t('search.from')}
      </FilterButton>
      <FilterButton icon={Clock} open={menu?.of === 'span'} set={span !== null} onClick={open('span')}>
        {t(span ? `search.${span}` : 'search.date')}
      </FilterButton>
      {menu && (
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
  set: boolean;
  children: ReactNode;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
}

function FilterButton({ icon, open, set, children, onClick }: FilterButtonProps) {
  return (
    <Button
      size="small"
      icon={icon}
      aria-haspopup="menu"
      aria-expanded={open}
      className={cx(css['filter'], set && css['set'])}
      onClick={onClick}
    >
      <span className={cx('ellipsis', css['words'])}>{children}</span>
    </Button>
  );
}
