import { isBelowLayer } from '../../state/window/below-layer.ts';
import { Forward, RotateCcw, Trash2, X } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import type { MessageView } from '../../../shared/domain.ts';
import { t, useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { focusRegion } from '../../state/window/regions.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { latinKey } from '../../ui/latin-key.ts';
import { showToast } from '../../ui/toast.tsx';
import { useLatest } from '../../ui/use-latest.ts';
import { startForward } from '../../state/messages/forward-store.ts';
import { askBatch, endBatch, useBatch } from '../../state/recall/batch-store.ts';
import { endSelection, type Selection } from '../../state/messages/selection-store.ts';
import { groupReasons } from '../../state/recall/batch-recall.ts';
import { useBatchPlan } from '../../state/recall/use-batch-plan.ts';
import { refusalText } from '../../text/recall-refusal.ts';
import { messagesAsText } from './copy-messages.ts';
import css from './selection-bar.module.css';
import { isFocusFree } from '../../ui/focus-trap.ts';

/** Takes the composer's place while messages are selected: how many, and what can be done with them. */
export function SelectionBar({ selection }: { selection: Selection }) {
  const t = useT();
  const { channel } = selection;
  const [deleting, setDeleting] = useState(false);
  const { messages, plan } = useBatchPlan(selection);
  const count = messages.length;
  const allowed = plan.allowed.length;

  useEscape();
  useReturnFocus();
  useCopyKey(messages);
  const remove = async (): Promise<void> => {
    const keys = messages.map((message) => message.key);
    await call('messages.deleteForMe', { channel, keys });
    setDeleting(false);
    endSelection();
  };
  const reasons = groupReasons(plan.refused.map(({ why }) => refusalText(why, t)));
  return (
    <div
      className={css['bar']}
      role="toolbar"
      tabIndex={-1}
      aria-label={t('multi.bar')}
      data-region="composer"
      data-testid="selection-bar"
    >
      <IconButton icon={X} label={t('multi.close')} onClick={endSelection} />
      <output className={css['count']}>{t('multi.n', { n: count })}</output>
      <span className={css['grow']} />
      <Button icon={Forward} onClick={() => startForward(channel, inOrder(messages))}>
        <span className={css['words']}>{t('menu.forward')}</span>
      </Button>
      <Button icon={Trash2} onClick={() => setDeleting(true)}>
        <span className={css['words']}>{t('menu.deleteForMe')}</span>
      </Button>
      <Button
        variant="danger"
        icon={RotateCcw}
        why={allowed === 0 ? (reasons[0]?.why ?? t('multi.none')) : null}
        onClick={askBatch}
      >
        {allowed === 0 ? t('recall.menu') : t('multi.act', { n: allowed })}
      </Button>
      {deleting && (
        <ConfirmDialog
          title={t('multi.deleteTitle', { n: count })}
          confirmLabel={t('action.delete')}
          danger
          onCancel={() => setDeleting(false)}
          onConfirm={remove}
        >
          {t('delete.body')}
        </ConfirmDialog>
      )}
    </div>
  );
}

const inOrder = (messages: readonly MessageView[]): MessageView[] =>
  [...messages].sort((a, b) => a.order - b.order);

/** Esc leaves the selection wherever the focus is, before anything below it closes (ui.md 7). */
function useEscape(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || isBelowLayer()) return;
      event.preventDefault();
      event.stopPropagation();
      endSelection();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
}

/** Ctrl+C copies all that is selected; a selection in a text, and a field, have their own. */
function useCopyKey(messages: readonly MessageView[]): void {
  const language = useLanguage();
  const copy = useLatest(() => {
    const { text, count } = messagesAsText(messages, language);
    if (count === 0) return;
    void attempt(async () => {
      await call('shell.copyText', { text });
      showToast({ text: t('multi.copied', { n: count }) });
    });
  });
  useCtrlC(copy);
}

/**
 * A function of its own: a listener that is made once keeps all that the functions around it know, here the messages
 * that were selected first, recalled or not.
 */
function useCtrlC(copy: RefObject<() => void>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || latinKey(event) !== 'c')
        return;
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea')) return;
      if (window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      event.stopPropagation();
      copy.current();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [copy]);
}

/** The bar goes with the last selected message: a question it asked goes as well, and its focus to the composer. */
function useReturnFocus(): void {
  useEffect(
    () => () => {
      if (useBatch.getState().asking) endBatch();
      if (isFocusFree(null)) focusRegion('composer');
    },
    [],
  );
}
