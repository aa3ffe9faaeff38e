import { Check, ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { foldText } from '../../../shared/matching/match.ts';
import { FIRST_REGIONS, PHONE_REGIONS, zoneOf } from '../../../shared/phone-zones.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/popover.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { SearchBox } from '../../ui/search-box.tsx';
import css from './zone-picker.module.css';

interface ZonePickerProps {
  /** `CN` … */
  region: string;
  /** The number beside it begins with the code: the region stands here in its place. */
  codeIsTyped: boolean;
  onChange: (region: string) => void;
}

const codeOf = (zone: string): string => `+${zone.slice(2)}`;

/** Country or region of a phone number: its code inside of the field, and a list of all to search in. */
export function ZonePicker({ region, codeIsTyped, onChange }: ZonePickerProps) {
  const t = useT();
  const names = useRegionNames();
  const button = useRef<HTMLButtonElement>(null);
  const [anchor, setAnchor] = useState<{ x: number; y: number; avoid: DOMRect } | null>(null);
  const code = codeOf(zoneOf(region));
  const close = (): void => {
    setAnchor(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css['code']}
        aria-label={t('words.of', {
          what: t('login.zone'),
          whom: `${names.own(region)} ${code}`,
        })}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAnchor({ x: box.left, y: box.bottom, avoid: box });
        }}
      >
        {/* As wide as both, so that the number does not move while it is typed. */}
        <span className={css['either']} data-other={codeIsTyped ? code : region}>
          {codeIsTyped ? region : code}
        </span>
        <Icon of={ChevronDown} size={14} />
      </button>
      {anchor && (
        <Popover label={t('login.zone')} anchor={anchor} className={css['popover']} onClose={close}>
          <RegionList
            region={region}
            onChoose={(next) => {
              onChange(next);
              close();
            }}
          />
        </Popover>
      )}
    </>
  );
}

interface RegionListProps {
  region: string;
  onChoose: (region: string) => void;
}

/** A field, and the list that it filters; the arrows move in the list, the focus stays in the field. */
function RegionList({ region, onChoose }: RegionListProps) {
  const t = useT();
  const names = useRegionNames();
  const id = useId();
  const [typed, setTyped] = useState('');
  const rows = useMemo(() => found(typed, names), [typed, names]);
  const [moved, setMoved] = useState<number | null>(null);
  const at = Math.min(rows.length - 1, moved ?? (typed === '' ? rows.indexOf(region) : 0));
  const current = rows[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (takeRovingKey(event, { count: rows.length, at, page: 8, moveTo: setMoved })) return;
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (current !== undefined) onChoose(current);
  };
  return (
    <div className={css['body']}>
      <SearchBox
        tone="sunken"
        label={t('login.zoneSearch')}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={current === undefined ? undefined : `${id}-${current}`}
        data-autofocus
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setMoved(null);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label={t('login.zone')} className={css['list']}>
        {rows.map((each, index) => (
          // Keys are handled by the field.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={each}
            id={`${id}-${each}`}
            ref={index === at ? intoView : undefined}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={cx(
              css['row'],
              index === at && css['current'],
              typed === '' && index === FIRST_REGIONS && css['rest'],
            )}
            onClick={() => onChoose(each)}
          >
            <bdi className="ellipsis">{names.own(each)}</bdi>
            <span className={css['digits']}>{codeOf(zoneOf(each))}</span>
            {each === region && <Icon of={Check} size={14} className={css['check']} />}
          </div>
        ))}
        {rows.length === 0 && <p className={css['none']}>{t('login.zoneNone')}</p>}
      </div>
    </div>
  );
}

const intoView = (row: HTMLElement | null): void => row?.scrollIntoView({ block: 'nearest' });

interface RegionNames {
  /** In the language of the interface. */
  own: (region: string) => string;
  /** All that it may be looked for by, folded. */
  all: (region: string) => readonly string[];
}

function useRegionNames(): RegionNames {
  const language = useLanguage();
  return useMemo(() => {
    const [zh, en] = ['zh-CN', 'en'].map((name) => new Intl.DisplayNames(name, { type: 'region' }));
    const own = (region: string): string => (language === 'zh' ? zh : en)?.of(region) ?? region;
    return {
      own,
      all: (region) => [zh?.of(region) ?? '', en?.of(region) ?? '', region].map((name) => foldText(name)),
    };
  }, [language]);
}

function found(typed: string, names: RegionNames): readonly string[] {
  const word = foldText(typed.trim());
  const digits = /^\+?0*(\d+)$/.exec(word)?.[1];
  if (word === '') {
    const first = PHONE_REGIONS.slice(0, FIRST_REGIONS).map(({ region }) => region);
    const rest = PHONE_REGIONS.slice(FIRST_REGIONS).map(({ region }) => region);
    return [...first, ...rest.sort((a, b) => names.own(a).localeCompare(names.own(b)))];
  }
  return PHONE_REGIONS.filter(({ region, zone }) =>
    digits === undefined
      ? names.all(region).some((name) => name.includes(word))
      : zone.slice(2).startsWith(digits),
  ).map(({ region }) => region);
}
