import { Copy } from 'lucide-react';
import { Fragment, useMemo, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { Icon } from '../../../ui/icon.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { hitRanges, queryPhrases } from '../../../../shared/matching/terms.ts';
import { languageName } from '../../../../shared/content/code-fences.ts';
import css from './code-block.module.css';

/** Lines that are drawn before somebody asks for the rest (more.md 12). */
const SHOWN_LINES = 24;

interface CodeBlockProps {
  language: string;
  code: string;
  /** Of the search in this chat. */
  query: string;
  tabIndex: 0 | -1;
}

/** Code as it was written: one width of letters, scrolled sideways, never read as anything else than text. */
export function CodeBlock({ language, code, query, tabIndex }: CodeBlockProps) {
  const t = useT();
  const [opened, setOpened] = useState(false);
  const edge = useMemo(() => lineEdge(code, SHOWN_LINES), [code]);
  const long = edge < code.length;
  const shown = long && !opened ? code.slice(0, edge) : code;
  const name = languageName(language) || t('code.name');
  const copy = (): void =>
    void attempt(async () => {
      await call('shell.copyText', { text: code });
      showToast({ text: t('code.copied') });
    });
  return (
    <figure className={css['block']} data-testid="code-block">
      <figcaption className={css['head']}>
        <bdi className="ellipsis">{name}</bdi>
        <button type="button" tabIndex={tabIndex} className={css['copy']} onClick={copy}>
          <Icon of={Copy} size={14} />
          {t('menu.copy')}
        </button>
      </figcaption>
      <pre className={css['code']} dir="ltr">
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what is around it scrolls sideways, by keys too */}
        <code tabIndex={tabIndex} role="region" aria-label={name}>
          <Marked text={shown} query={query} />
        </code>
      </pre>
      {long && (
        <span className={css['more']}>
          <TextButton
            tabIndex={tabIndex}
            aria-expanded={opened}
            onClick={(event) => {
              event.stopPropagation();
              setOpened(!opened);
            }}
          >
            {t(opened ? 'msg.showLess' : 'msg.showAll')}
          </TextButton>
        </span>
      )}
    </figure>
  );
}

function Marked({ text, query }: { text: string; query: string }) {
  const hits = useMemo(() => hitRanges(text, queryPhrases(query)), [text, query]);
  return (
    <>
      {hits.map(([from, to], index) => (
        <Fragment key={from}>
          {text.slice(hits[index - 1]?.[1] ?? 0, from)}
          <mark>{text.slice(from, to)}</mark>
        </Fragment>
      ))}
      {text.slice(hits.at(-1)?.[1] ?? 0)}
    </>
  );
}

/** Where the line number `lines` ends. */
function lineEdge(code: string, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    at = code.indexOf('\n', at + 1);
    if (at < 0) return code.length;
  }
  return at;
}
