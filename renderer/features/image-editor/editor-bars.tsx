import { ArrowUpRight, Crop, Grid2x2, type LucideIcon, Pencil, Square, Type } from 'lucide-react';
import { type CSSProperties, useRef } from 'react';
import { MARK_COLOURS, MARK_WIDTHS } from '../../state/image-editor/marks.ts';
import { useT } from '../../i18n/i18n.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { setLook, type Tool, TOOLS } from './editing.ts';
import { COLOURS } from './paint.ts';
import type { Editor } from './use-editor.ts';
import css from './image-editor.module.css';

/** Key of each tool (more.md 12). */
export const TOOL_KEYS: Record<Tool, string> = {
  crop: 'C',
  box: 'B',
  arrow: 'A',
  pen: 'P',
  text: 'T',
  mosaic: 'M',
};
const ICONS: Record<Tool, LucideIcon> = {
  crop: Crop,
  box: Square,
  arrow: ArrowUpRight,
  pen: Pencil,
  text: Type,
  mosaic: Grid2x2,
};

export function ToolRow({ editor }: { editor: Editor }) {
  const t = useT();
  return (
    <Choice
      label={t('imageEditor.tools')}
      className={css['tools']}
      options={TOOLS}
      chosen={editor.editing.tool}
      onChoose={(tool) => editor.choose(tool)}
      nameOf={(tool) => `${t(`imageEditor.${tool}`)} (${TOOL_KEYS[tool]})`}
      shortcutOf={(tool) => TOOL_KEYS[tool]}
      classOf={() => css['tool']}
      icons={ICONS}
    />
  );
}

/** Colours and widths, of what is drawn next and of what is selected. */
export function LookRow({ editor }: { editor: Editor }) {
  const t = useT();
  const { colour, width } = editor.editing;
  return (
    <div className={css['looks']}>
      <Choice
        label={t('imageEditor.colours')}
        className={css['group']}
        options={MARK_COLOURS}
        chosen={colour}
        onChoose={(next) => void editor.step((now) => setLook(now, { colour: next }))}
        nameOf={(each) => t(`imageEditor.${each}`)}
        classOf={() => css['colour']}
        styleOf={(each) => ({ background: COLOURS[each] })}
      />
      <span className={css['line']} />
      <Choice
        label={t('imageEditor.widths')}
        className={css['group']}
        options={MARK_WIDTHS}
        chosen={width}
        onChoose={(next) => void editor.step((now) => setLook(now, { width: next }))}
        nameOf={(each) => t(`imageEditor.${each}`)}
        classOf={() => css['width']}
        dotOf={(each) => css[each]}
      />
    </div>
  );
}

/** A row of choices, one of which holds: arrows move and choose, Tab leaves. */
function Choice<T extends string>({
  label,
  className,
  options,
  chosen,
  onChoose,
  nameOf,
  shortcutOf,
  classOf,
  styleOf,
  icons,
  dotOf,
}: {
  label: string;
  className: string | undefined;
  options: readonly T[];
  chosen: T;
  onChoose: (option: T) => void;
  nameOf: (option: T) => string;
  shortcutOf?: (option: T) => string;
  classOf: (option: T) => string | undefined;
  styleOf?: (option: T) => CSSProperties;
  icons?: Readonly<Record<T, LucideIcon>>;
  /** Class of a dot that is drawn. */
  dotOf?: (option: T) => string | undefined;
}) {
  const group = useRef<HTMLDivElement>(null);
  const at = options.indexOf(chosen);
  const moveTo = (index: number): void => {
    const next = options[index];
    if (next === undefined) return;
    onChoose(next);
    group.current?.querySelector<HTMLElement>(`[data-choice="${next}"]`)?.focus();
  };
  return (
    <div ref={group} role="radiogroup" aria-label={label} className={className}>
      {options.map((option) => (
        <Tooltip key={option} text={nameOf(option)}>
          <button
            type="button"
            role="radio"
            data-choice={option}
            aria-checked={option === chosen}
            aria-label={nameOf(option)}
            aria-keyshortcuts={shortcutOf?.(option)}
            tabIndex={option === chosen ? 0 : -1}
            className={cx(classOf(option), option === chosen && css['chosen'])}
            style={styleOf?.(option)}
            onClick={() => onChoose(option)}
            onKeyDown={(event) =>
              takeRovingKey(event, { count: options.length, at, wrap: true, horizontal: true, moveTo })
            }
          >
            {icons && <Icon of={icons[option]} size={20} />}
            {dotOf && <i className={dotOf(option)} />}
          </button>
        </Tooltip>
      ))}
    </div>
  );
}
