import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MessageView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time-format.ts';
import { useForgetting } from '../../state/forget.ts';
import { saveMedia } from '../../state/media/media-actions.ts';
import {
  closeViewer,
  stepViewer,
  useViewed,
  useViewer,
  useViewerPlace,
  type Viewing,
} from '../../state/media/viewer-store.ts';
import { burns } from '../../state/messages/flames.ts';
import { useCovering } from '../../ui/covered.ts';
import { cx } from '../../ui/cx.ts';
import { useFocusTrap } from '../../ui/focus-trap.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { latinKey } from '../../ui/latin-key.ts';
import css from './viewer-frame.module.css';

/**
 * What is viewed, as long as the flow holds it as such: a recalled medium is gone from its viewer in the same frame,
 * and there is nothing to come back to.
 */
export function useShown(kind: 'image' | 'video'): { viewing: Viewing; message: MessageView } | null {
  const viewing = useViewer((state) => state.viewing);
  const message = useViewed(viewing);
  useForgetting();
  const open = viewing !== null && message?.content.kind === kind;
  useEffect(() => {
    if (viewing && !open) closeViewer();
  }, [viewing, open]);
  return open ? { viewing, message } : null;
}

interface ViewerFrameProps {
  box: RefObject<HTMLDivElement | null>;
  viewing: Viewing;
  message: MessageView;
  label: string;
  testId: string;
  /** How far what is shown is. */
  state?: string;
  words: 'viewer' | 'video';
  /** After the time. */
  details?: ReactNode;
  /** Before the button that closes. */
  tools: ReactNode;
  /** Under the stage. */
  foot?: ReactNode;
  /** Keys of what is shown; whether one did something. Of the frame are Esc, Page Up, Page Down and Ctrl+S. */
  onKey: (key: string, event: KeyboardEvent) => boolean;
  children: ReactNode;
}

/** A dialog over the window around one medium: whose it is and of when, tools, the media before and after. */
export function ViewerFrame({
  box,
  viewing,
  message,
  label,
  testId,
  state,
  words,
  details,
  tools,
  foot,
  onKey,
  children,
}: ViewerFrameProps) {
  const t = useT();
  const language = useLanguage();
  const trap = useFocusTrap(box);
  useCovering();
  // It takes the place of another: nothing behind it is to shine through.
  const [isNext] = useState(viewing.isUnasked);
  // Follows what is recalled, deleted or arrives while the viewer is open.
  const { hasPrevious, hasNext } = useViewerPlace(viewing);
  const pressed = (event: KeyboardEvent): boolean => {
    const key = latinKey(event);
    const page = { PageUp: -1 as const, PageDown: 1 as const }[event.key];
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === 'Escape') closeViewer();
    else if (page !== undefined && isPlain) void stepViewer(page);
    else if ((event.ctrlKey || event.metaKey) && key === 's') {
      if (!burns(message)) void saveMedia(message);
    } else return onKey(key, event);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    if (!event.defaultPrevented && pressed(event)) event.preventDefault();
  };
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a modal dialog has its keys
    <div
      ref={box}
      role="dialog"
      aria-modal="true"
      aria-label={label}
      tabIndex={-1}
      className={cx(css['frame'], isNext && css['still'])}
      onKeyDown={onKeyDown}
      data-testid={testId}
      data-state={state}
    >
      <div className={css['head']}>
        <span className={css['who']}>
          <b className="ellipsis">
            <bdi>{message.fromName}</bdi>
          </b>
          <span>
            {fullTime(language, message.timestamp * 1000)}
            {details}
          </span>
        </span>
        <span className={css['tools']}>
          {tools}
          <IconButton icon={X} label={t('action.close')} data-autofocus onClick={closeViewer} />
        </span>
      </div>
      <div className={css['stage']}>
        {children}
        <IconButton
          className={css['previous']}
          icon={ChevronLeft}
          label={t(`${words}.previous`)}
          keys="PageUp"
          why={hasPrevious ? null : t(`${words}.first`)}
          onClick={() => void stepViewer(-1)}
        />
        <IconButton
          className={css['next']}
          icon={ChevronRight}
          label={t(`${words}.next`)}
          keys="PageDown"
          why={hasNext ? null : t(`${words}.last`)}
          onClick={() => void stepViewer(1)}
        />
      </div>
      {foot}
    </div>,
    document.body,
  );
}
