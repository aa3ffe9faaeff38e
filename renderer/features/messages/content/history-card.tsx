import { Layers, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HistorySummary } from '../../../../shared/content/history-words.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { canRead } from '../../../state/messages/history-reader.ts';
import { historyTitle } from '../../../text/history-title.ts';
import { contentLine } from '../../../text/message-text.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './history-card.module.css';

/** A merged forward (more.md 4): whose chat, its first messages in a line each, how many; a click opens it. */
export function HistoryCard({
  content,
  tabIndex,
  meta,
  onPress,
  onOpen,
}: {
  content: HistorySummary;
  tabIndex: 0 | -1;
  meta: ReactNode;
  /** A pointer is put down on it: it will perhaps be opened. */
  onPress?: () => void;
  onOpen: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const { count } = content;
  const title = historyTitle(content, t, language);
  if (!canRead(content)) {
    return (
      <div className={css['gone']} data-testid="history-card" data-state={count === 0 ? 'empty' : 'gone'}>
        <Icon of={count === 0 ? Layers : RotateCcw} size={14} />
        <span>{t(count === 0 ? 'fwd.empty' : 'fwd.allGone')}</span>
        {meta}
      </div>
    );
  }
  return (
    <div className={css['card']} data-testid="history-card" data-state="open">
      <button
        type="button"
        className={css['main']}
        tabIndex={tabIndex}
        aria-label={t('fwd.label', { n: count, title })}
        onPointerDown={onPress}
        onClick={onOpen}
      />
      <span className={css['title']}>
        <bdi>{title}</bdi>
      </span>
      {content.lines.map((line, at) => (
        // Lines have no ids of their own, and never move.
        <Line key={at} line={line} />
      ))}
      <span className={css['foot']}>
        <Icon of={Layers} size={14} />
        <span>{`${t('fwd.name')} · ${t('fwd.count', { n: count })}`}</span>
        {meta}
      </span>
    </div>
  );
}

function Line({ line: { content, fromName } }: { line: HistorySummary['lines'][number] }) {
  const t = useT();
  const language = useLanguage();
  if (content.kind === 'recalled')
    return <span className={cx('ellipsis', css['line'], css['lost'])}>{t('fwd.oneGone')}</span>;
  return (
    <span className={cx('ellipsis', css['line'])}>
      <bdi>{t('fwd.line', { X: fromName })}</bdi>
      <bdi>{contentLine(content, language)}</bdi>
    </span>
  );
}
