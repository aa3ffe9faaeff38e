import { ChevronLeft, ChevronRight, Forward } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect } from 'react';
import { channelKey, type MessageView } from '../../../../shared/domain.ts';
import type { HistoryLevel } from '../../../../shared/ipc/contract/messages.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { useForgetting } from '../../../state/forget.ts';
import { forgetEntries } from '../../../state/media/media-store.ts';
import { startForward } from '../../../state/messages/forward-store.ts';
import {
  closeHistory,
  enterHistory,
  type HistoryTitle,
  leaveHistory,
  readAgain,
  type Reading,
  useHistoryReader,
} from '../../../state/messages/history-reader.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { historyTitle } from '../../../text/history-title.ts';
import { contentText } from '../../../text/message-text.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { latinKey } from '../../../ui/latin-key.ts';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { useLater } from '../../../ui/use-later.ts';
import { useNames } from '../names/use-names.ts';
import { HistoryEntries } from './history-entries.tsx';
import css from './history-reader.module.css';

const SKELETON_AFTER_MS = 200;

/** A merged forward, read level by level (more.md 4). It closes with its message. */
export function HistoryReader() {
  const reading = useHistoryReader((state) => state.reading);
  return reading && <Reader reading={reading} />;
}

function Reader({ reading }: { reading: Reading }) {
  const t = useT();
  const language = useLanguage();
  const level = useHistoryReader((state) => state.level);
  const failed = useHistoryReader((state) => state.failed);
  useForgetting();
  useEffect(() => forgetEntries, []);
  const { path, titles } = reading;
  const title = titles.at(-1);
  const words = title ? historyTitle(title, t, language) : '';
  const onKeyDown = useReaderKeys(reading, level);
  return (
    <Dialog
      title={
        <>
          <bdi>{words}</bdi>
          {path.length > 0 && <Crumbs titles={titles} />}
        </>
      }
      label={t('fwd.label', { n: level?.count ?? 0, title: words })}
      lead={
        path.length > 0 && (
          <IconButton
            icon={ChevronLeft}
            label={t('fwd.back')}
            onClick={() => leaveHistory(path.length - 1)}
          />
        )
      }
      closeButton
      className={css['dialog']}
      onClose={closeHistory}
      footer={<Foot reading={reading} level={level} />}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the rows in it */}
      <div className={css['body']} data-testid="history-reader" onKeyDown={onKeyDown}>
        <Level reading={reading} level={level} failed={failed} />
      </div>
    </Dialog>
  );
}

function Level({
  reading,
  level,
  failed,
}: {
  reading: Reading;
  level: HistoryLevel | null;
  failed: boolean;
}): ReactNode {
  const t = useT();
  const names = useNames(reading.channel);
  const slow = useLater(level === null && !failed, SKELETON_AFTER_MS);
  if (failed) {
    return (
      <p role="alert" className={css['failed']}>
        {t('fwd.failed')} <TextButton onClick={readAgain}>{t('error.retry')}</TextButton>
      </p>
    );
  }
  if (!level) return slow && <SkeletonRows rows={4} />;
  return (
    <HistoryEntries key={reading.path.join('.')} reading={reading} entries={level.entries} names={names} />
  );
}

/** The levels above, each of which can be gone back to. */
function Crumbs({ titles }: { titles: readonly HistoryTitle[] }) {
  const t = useT();
  const language = useLanguage();
  return (
    <nav className={css['crumbs']} aria-label={t('fwd.levels')}>
      {titles.slice(0, -1).map((title, at) => (
        // They stand in the order of the levels.
        <span key={at} className={css['crumb']}>
          <TextButton onClick={() => leaveHistory(at)}>{historyTitle(title, t, language)}</TextButton>
          <Icon of={ChevronRight} size={14} />
        </span>
      ))}
      <span>{t('fwd.level', { n: titles.length })}</span>
    </nav>
  );
}

function Foot({ reading, level }: { reading: Reading; level: HistoryLevel | null }) {
  const t = useT();
  const forward = (): void => {
    const message = loadedMessage(channelKey(reading.channel), reading.key);
    closeHistory();
    if (message) startForward(reading.channel, [message]);
  };
  return (
    <>
      <output className={css['note']}>
        {level && level.recalled > 0 && (
          <span>{t('fwd.someGone', { n: level.count, m: level.recalled })}</span>
        )}
        {level && level.count > level.entries.length && (
          <span>{t('fwd.leftOut', { n: level.count, m: level.entries.length })}</span>
        )}
      </output>
      {reading.path.length === 0 && (
        <Button icon={Forward} onClick={forward}>
          {t('menu.forward')}
        </Button>
      )}
    </>
  );
}

const rowsIn = (event: KeyboardEvent<HTMLElement>): HTMLElement[] => [
  ...event.currentTarget.querySelectorAll<HTMLElement>('[data-entry]'),
];

/** Arrows, Home and End walk the rows; Enter opens what is in one; Ctrl+C copies its words; Alt+Left goes back. */
function useReaderKeys(
  reading: Reading,
  level: HistoryLevel | null,
): (event: KeyboardEvent<HTMLElement>) => void {
  const language = useLanguage();
  const t = useT();
  const copy = (entry: MessageView): void => {
    const text = contentText(entry.content, language);
    if (text === '') return;
    void attempt(async () => {
      await call('shell.copyText', { text });
      showToast({ text: t('multi.copied', { n: 1 }) });
    });
  };
  return (event) => {
    if (event.altKey && event.key === 'ArrowLeft') {
      event.preventDefault();
      leaveHistory(reading.path.length - 1);
      return;
    }
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-entry]')) return;
    const rows = rowsIn(event);
    const at = rows.indexOf(event.target);
    const roving = { count: rows.length, at, edges: true, page: 8 };
    if (takeRovingKey(event, { ...roving, moveTo: (to) => rows[to]?.focus() })) return;
    const entry = level?.entries[at];
    if (!entry) return;
    if ((event.ctrlKey || event.metaKey) && latinKey(event) === 'c') {
      if (window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      copy(entry);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (entry.content.kind === 'history') enterHistory(at);
      else event.target.querySelector<HTMLElement>('button')?.click();
    }
  };
}
