import { ImageOff, Redo2, Undo2, X } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import {
  type EditedPicture,
  closeImageEditor,
  useImageEditor,
} from '../../state/image-editor/editor-store.ts';
import { deliverPicture, nameOf, useSource } from '../../state/image-editor/edited-picture.ts';
import { untouched } from '../../state/image-editor/marks.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useCovering } from '../../ui/covered.ts';
import { useFocusTrap } from '../../ui/focus-trap.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { latinKey } from '../../ui/latin-key.ts';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { changesPicture, isChanged, TOOLS } from './editing.ts';
import { LookRow, TOOL_KEYS, ToolRow } from './editor-bars.tsx';
import { wholeOf, wholePixels } from './geometry.ts';
import { Abandoned, outputType, renderPicture } from './output.ts';
import { Stage } from './stage.tsx';
import { FITTED, zoomed } from './stage-view.ts';
import { type Editor, useEditor } from './use-editor.ts';
import { type ShownPicture, usePicture } from './use-picture.ts';
import css from './image-editor.module.css';

/** Draws on an image before it is sent (more.md 12): a dialog over the window, gone in the frame of a recall. */
export function ImageEditor() {
  const open = useImageEditor((state) => state.open);
  // Another picture begins anew.
  return open && <Opened key={`${open.of} ${open.of === 'tray' ? open.id : open.key}`} open={open} />;
}

function Opened({ open }: { open: EditedPicture }) {
  const { source, hasFailed } = useSource(open);
  const picture = usePicture(source);
  if (typeof picture !== 'string') return <Editing open={open} picture={picture} />;
  return <Waiting failed={hasFailed || picture === 'failed'} />;
}

/** Before there is a picture, or in place of one that cannot be opened. */
function Waiting({ failed }: { failed: boolean }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  useCovering();
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a modal dialog has its keys
    <div
      ref={box}
      role="dialog"
      aria-modal="true"
      aria-label={t('imageEditor.title')}
      aria-busy={!failed}
      tabIndex={-1}
      className={css['editor']}
      onKeyDown={(event) => {
        trap(event);
        if (event.key === 'Escape') closeImageEditor();
      }}
    >
      <div className={css['head']}>
        <IconButton icon={X} label={t('action.close')} data-autofocus onClick={closeImageEditor} />
        <h2 className={css['title']}>{t('imageEditor.title')}</h2>
      </div>
      <div className={css['room']}>
        {failed ? (
          <div role="alert" className={css['failed']}>
            <Icon of={ImageOff} size={32} />
            {t('imageEditor.unreadable')}
          </div>
        ) : (
          <Spinner size={32} className={css['waiting']} />
        )}
      </div>
    </div>,
    document.body,
  );
}

function Editing({ open, picture }: { open: EditedPicture; picture: ShownPicture }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  const editor = useEditor(picture.size);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { problem, run } = useProblem();
  const { editing, typing, kept } = editor;
  const isMac = useSession((state) => state.shell?.platform === 'darwin');
  const leave = (): void => {
    if (isBusy) return;
    if (isChanged(editing) || (typing !== null && typing.text !== '')) setAsking(true);
    else closeImageEditor();
  };
  const finish = async (): Promise<void> => {
    if (isBusy) return;
    const now = editor.step((each) => each);
    if (!changesPicture(now, untouched)) {
      closeImageEditor();
      return;
    }
    setBusy(true);
    await run(() => handOver(open, picture, now.now, t('imageEditor.failed')));
    setBusy(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    if (isAsking || !takeKey(event, { editor, shown: kept, leave, finish: () => void finish() })) return;
    event.preventDefault();
  };
  const cut = wholePixels(picture.size, kept ?? wholeOf(picture.size));
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a modal dialog has its keys
    <div
      ref={box}
      role="dialog"
      aria-modal="true"
      aria-labelledby="image-editor-title"
      aria-busy={isBusy}
      tabIndex={-1}
      className={css['editor']}
      onKeyDown={onKeyDown}
      data-testid="image-editor"
    >
      <div className={css['head']}>
        <IconButton icon={X} label={t('action.close')} onClick={leave} />
        <h2 id="image-editor-title" className={css['title']}>
          {t('imageEditor.title')}
          <small>
            {cut.width} × {cut.height}
          </small>
        </h2>
        <IconButton
          icon={Undo2}
          label={t('imageEditor.undo')}
          keys={isMac ? '⌘Z' : 'Ctrl Z'}
          why={editing.past.length > 0 ? null : t('imageEditor.nothing')}
          onClick={editor.undo}
        />
        <IconButton
          icon={Redo2}
          label={t('imageEditor.redo')}
          keys={isMac ? '⇧⌘Z' : 'Ctrl Shift Z'}
          why={editing.future.length > 0 ? null : t('imageEditor.nothing')}
          onClick={editor.redo}
        />
      </div>
      <div className={css['room']}>
        <Stage picture={picture} editor={editor} />
      </div>
      <ProblemLine problem={problem} className={css['problem']} />
      <LookRow editor={editor} />
      <div className={css['foot']}>
        <ToolRow editor={editor} />
        <Button className={css['cancel']} onClick={leave}>
          {t('action.cancel')}
        </Button>
        <Button variant="primary" busy={isBusy} onClick={() => void finish()}>
          {t('imageEditor.done')}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t('imageEditor.leave')}
          confirmLabel={t('imageEditor.discard')}
          danger
          onConfirm={closeImageEditor}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>,
    document.body,
  );
}

/** Makes the picture and gives it to the tray. What is gone meanwhile is nothing to complain about. */
async function handOver(
  open: EditedPicture,
  { source, size, brush }: ShownPicture,
  picture: Parameters<typeof renderPicture>[2],
  failed: string,
): Promise<void> {
  const isWanted = (): boolean => useImageEditor.getState().open === open;
  const mime = outputType(nameOf(open));
  let blob: Blob;
  try {
    blob = await renderPicture(source, size, picture, brush, { mime, isWanted });
  } catch (error) {
    if (error instanceof Abandoned || !isWanted()) return;
    throw new CodedError('refused', failed);
  }
  await deliverPicture(open, blob);
}

const ZOOM_STEP = 1.25;

/** Keys of the whole editor; false = none of them. Those of the stage are its own. */
function takeKey(
  event: KeyboardEvent,
  {
    editor,
    shown,
    leave,
    finish,
  }: { editor: Editor; shown: Editor['kept']; leave: () => void; finish: () => void },
): boolean {
  const key = latinKey(event);
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') (event.shiftKey ? editor.redo : editor.undo)();
    else if (key === 'y') editor.redo();
    else if (event.key === 'Enter') finish();
    else return false;
    return true;
  }
  const tool = TOOLS.find((each) => TOOL_KEYS[each].toLowerCase() === key);
  const stage = { width: window.innerWidth, height: window.innerHeight };
  if (event.key === 'Escape') leave();
  else if (tool) editor.choose(tool);
  else if (event.key === 'Delete' || event.key === 'Backspace') editor.remove();
  else if (key === '+' || key === '=') editor.setView((view) => zoomed(view, ZOOM_STEP, shown, stage));
  else if (key === '-') editor.setView((view) => zoomed(view, 1 / ZOOM_STEP, shown, stage));
  else if (key === '0') editor.setView(FITTED);
  else return false;
  return true;
}
