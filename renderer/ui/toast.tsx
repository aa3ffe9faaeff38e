import type { LucideIcon } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { create } from 'zustand';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { useServerWaitUnsaid } from './server-wait.ts';
import { Spinner } from './spinner.tsx';
import css from './toast.module.css';

export interface ToastRequest {
  /** Never message text (ui.md 3). */
  text: string;
  /** `error` is announced at once (`role=alert`). */
  tone?: 'info' | 'success' | 'error';
  icon?: LucideIcon;
  action?: { label: string; onSelect: () => void };
  /** Until its action is chosen or another toast comes: what nobody may miss. */
  stays?: boolean;
}

const SHORT_MS = 4_000;
const LONG_MS = 8_000;
/** After it was read; it does not go from under the pointer. */
const READ_MS = 1_000;
/** `under`: a dialog or popover was opened over it since, and stands in front of it. */
type Shown = ToastRequest & { id: number; under: boolean };
const useToasts = create<{ toast: Shown | null }>(() => ({ toast: null }));
let nextId = 1;

/** Shows a toast in place of the one that may be there. */
export function showToast(request: ToastRequest): void {
  useToasts.setState({ toast: { ...request, id: nextId, under: false } });
  nextId += 1;
  hold();
  leftMs = request.stays === true ? Infinity : request.action ? LONG_MS : SHORT_MS;
  letGo();
}

export function dismissToast(): void {
  hold();
  useToasts.setState({ toast: null });
}

/** Of the toast that is shown. Its card is drawn anew by each screen, and its time goes on. */
let leftMs = 0;
let runs: { timer: ReturnType<typeof setTimeout>; sinceMs: number } | null = null;

/** Somebody reads it. */
function hold(): void {
  if (runs === null) return;
  clearTimeout(runs.timer);
  leftMs -= performance.now() - runs.sinceMs;
  runs = null;
}

function letGo(atLeastMs = 0): void {
  leftMs = Math.max(atLeastMs, leftMs);
  if (runs !== null || leftMs === Infinity) return;
  runs = { timer: setTimeout(dismissToast, leftMs), sinceMs: performance.now() };
}

/** Dialogs and popovers that are open. */
const useLayers = create<{ open: number }>(() => ({ open: 0 }));

/**
 * Of a dialog or popover, as long as it is there: what was said of something else before, and that a server takes its
 * time, must not cover its words and buttons. What is said later is of what is done in it.
 */
export function useOverToasts(): void {
  useLayoutEffect(() => {
    const note = (change: 1 | -1): void => useLayers.setState(({ open }) => ({ open: open + change }));
    note(1);
    useToasts.setState(({ toast }) => ({ toast: toast && { ...toast, under: true } }));
    return () => note(-1);
  }, []);
}

/**
 * Both regions exist from the start: readers announce changes of a region they know. Mounted once, over the message
 * pane.
 */
export function ToastHost() {
  const t = useT();
  const toast = useToasts((state) => state.toast);
  const waiting = useServerWaitUnsaid();
  const layered = useLayers(({ open }) => open > 0);
  const error = toast?.tone === 'error';
  const host = useRoom(toast?.id ?? (waiting ? 0 : null));
  return (
    <div ref={host} className={cx(css['host'], (toast ? toast.under : layered) && css['under'])}>
      <div role="status">
        {toast && !error && <ToastCard key={toast.id} toast={toast} />}
        {!toast && waiting && (
          <div className={css['toast']} data-testid="server-wait">
            <Spinner size={16} />
            <span>{t('error.waiting')}</span>
          </div>
        )}
      </div>
      <div role="alert">{toast && error && <ToastCard key={toast.id} toast={toast} />}</div>
    </div>
  );
}

/** Between the card and what is above and below it. */
const GAP = 8;

/**
 * Over a flow of messages a toast would cover words and buttons: the flow makes room for it, and it stands in that. So
 * does every other screen, at its end, and a pane that lies over the chat. `shown`: what it is, null = none.
 */
function useRoom(shown: number | null) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = host.current;
    const main = element?.closest('main') ?? element?.parentElement?.querySelector('main');
    if (!element || !main || shown === null) return undefined;
    let over: HTMLElement | null = null;
    let leave: (() => void) | null = null;
    const take = (): void => {
      const pane = paneOver(main);
      if (leave !== null && pane === over) return;
      leave?.();
      over = pane;
      const flow = main.querySelector<HTMLElement>('[data-region="flow"]');
      leave = pane
        ? atTheEnd(element, pane)
        : flow
          ? inTheFlow(element, main, flow)
          : atTheEnd(element, main);
    };
    take();
    // The pane comes and goes, is docked or is not.
    const panes = new MutationObserver(take);
    if (main.parentElement) panes.observe(main.parentElement, { childList: true });
    window.addEventListener('resize', take);
    return () => {
      panes.disconnect();
      window.removeEventListener('resize', take);
      leave?.();
    };
  }, [shown]);
  return host;
}

/** The pane of the chat that covers a part of it: beside it there may be no room. */
function paneOver(main: HTMLElement): HTMLElement | null {
  const pane = main.parentElement?.querySelector<HTMLElement>(':scope > [data-region="info"]') ?? null;
  return pane && getComputedStyle(pane).position === 'absolute' ? pane : null;
}

function inTheFlow(element: HTMLElement, main: HTMLElement, flow: HTMLElement): () => void {
  const place = (): void => {
    flow.style.marginBottom = `${element.offsetHeight + 2 * GAP}px`;
    element.style.bottom = `${main.getBoundingClientRect().bottom - flow.getBoundingClientRect().bottom - element.offsetHeight - GAP}px`;
  };
  place();
  // The composer grows while somebody types.
  const observer = new ResizeObserver(place);
  observer.observe(flow);
  return () => {
    observer.disconnect();
    flow.style.marginBottom = '';
    element.style.bottom = '';
  };
}

/**
 * A screen that scrolls as a whole keeps its ground under a border, and what scrolls ends above that. The toast must
 * not scroll along.
 */
function atTheEnd(element: HTMLElement, screen: HTMLElement): () => void {
  const place = (): void => {
    const { left, width, bottom } = screen.getBoundingClientRect();
    const height = element.offsetHeight;
    screen.style.borderBottom = `${height + 2 * GAP}px solid transparent`;
    Object.assign(element.style, {
      position: 'fixed',
      left: `${left}px`,
      right: 'auto',
      width: `${width}px`,
      top: `${bottom - height - GAP}px`,
      bottom: 'auto',
    });
  };
  place();
  let isOver = false;
  // A pane that slides in ends elsewhere.
  void Promise.allSettled(screen.getAnimations().map(({ finished }) => finished)).then(
    () => isOver || place(),
  );
  const observer = new ResizeObserver(place);
  observer.observe(screen);
  return () => {
    isOver = true;
    observer.disconnect();
    element.removeAttribute('style');
    screen.style.borderBottom = '';
  };
}

function ToastCard({ toast }: { toast: ToastRequest }) {
  const held = useRef(false);
  const read = (on: boolean): void => {
    if (held.current === on) return;
    held.current = on;
    if (on) hold();
    else letGo(READ_MS);
  };
  // With a screen that goes it is left, and no event says so.
  useEffect(
    () => () => {
      if (held.current) letGo(READ_MS);
    },
    [],
  );
  const { action } = toast;
  return (
    <div
      className={cx(css['toast'], css[toast.tone ?? 'info'])}
      data-testid="toast"
      onMouseEnter={() => read(true)}
      onMouseLeave={() => read(false)}
      onFocus={() => read(true)}
      onBlur={() => read(false)}
    >
      {toast.icon && <Icon of={toast.icon} size={16} />}
      <span dir="auto">{toast.text}</span>
      {action && (
        <button
          type="button"
          className={css['action']}
          onClick={() => {
            dismissToast();
            action.onSelect();
          }}
        >
          {action.label}
        </button>
      )}
    </div>
  );
}
