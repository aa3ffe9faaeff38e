import { Copy, Download, ImageDown, Pencil, RotateCcw, RotateCw, Scan, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { MessageView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { hiddenPicture } from '../../text/hidden-picture.ts';
import { burns } from '../../state/messages/flames.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useLatest } from '../../ui/use-latest.ts';
import { canCopyImage, copyImage } from '../../state/media/copy-image.ts';
import { dragOut } from '../../state/media/drag-out.ts';
import { useComposerBlock } from '../../state/composer/composer-block.ts';
import { canEditImage, editImageOf } from '../../state/image-editor/editor-store.ts';
import { saveMedia } from '../../state/media/media-actions.ts';
import { MovingImage } from '../../ui/moving-image.tsx';
import { type LoadedMedia, loadMedia } from '../../state/media/media-store.ts';
import { useSeenPicture } from '../../state/media/seen-picture.ts';
import { closeViewer, stepViewer, useViewerPlace, type Viewing } from '../../state/media/viewer-store.ts';
import { FITTED, moved, scaleOf, type Size, turned, type View, zoomed } from './viewer-view.ts';
import { useShown, ViewerFrame } from './viewer-frame.tsx';
import css from './image-viewer.module.css';

const ZOOM_STEP = 1.25;

/** A picture in the viewer: it is zoomed, turned and moved. */
export function ImageViewer() {
  const shown = useShown('image');
  return shown && <Viewer {...shown} />;
}

function Viewer({ viewing, message }: { viewing: Viewing; message: MessageView }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const { key, channel } = message;
  const { media, broken } = useSeenPicture(channel, key);
  const place = useViewerPlace(viewing);
  const { view, natural, room, change, setNatural } = useView(key, stage);

  // What waits for a click is looked at now.
  const held = media?.state === 'held';
  useEffect(() => {
    if (held) void loadMedia(channel, key, { asked: true });
  }, [channel, key, held]);

  const waits = media === undefined || media.state === 'loading' || media.state === 'ready';
  const scale = scaleOf(view, natural, room);
  const edit = useEdit(viewing, message, media);
  return (
    <ViewerFrame
      box={box}
      viewing={viewing}
      message={message}
      label={t('viewer.label')}
      testId="viewer"
      words="viewer"
      tools={
        <Tools
          message={message}
          isCopied={media?.state === 'ready' && canCopyImage(message)}
          scale={scale}
          // As large as the window lets it be, and smaller than it is.
          isSmaller={view.scale === null && scale < 1}
          change={change}
          edit={edit}
        />
      }
      onKey={(pressed, event) => imageKey(pressed, event, message, change, edit)}
    >
      <Stage
        stage={stage}
        // As it fits there is nothing to move it for.
        drag={view.scale === null ? dragOut(message) : null}
        onZoom={(factor, point) => change({ zoom: factor, at: point })}
        onMove={(dx, dy) => change({ move: [dx, dy] })}
      >
        {media?.state === 'ready' && (
          <MovingImage
            key={media.src}
            src={media.src}
            loopMs={media.loopMs}
            plays="always"
            className={css['image']}
            style={{
              width: natural.width * scale,
              height: natural.height * scale,
              transform: `translate(-50%, -50%) translate(${view.x}px, ${view.y}px) rotate(${view.turn}deg)`,
            }}
            onShown={setNatural}
            onBroken={broken}
          />
        )}
        <Unshown message={message} media={media} />
        {waits && natural.width === 0 && <Spinner size={32} className={css['waiting']} />}
      </Stage>
      {place.count > 1 && (
        <output className={css['position']}>
          {t('media.progress', { a: place.at + 1, b: place.count })}
        </output>
      )}
    </ViewerFrame>
  );
}

/** Whether the key did something. */
function imageKey(
  key: string,
  event: KeyboardEvent,
  message: MessageView,
  change: (step: Change) => void,
  edit: (() => void) | null,
): boolean {
  if ((event.ctrlKey || event.metaKey) && key === 'c' && canCopyImage(message)) {
    void copyImage(message);
    return true;
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const step = { ArrowLeft: -1 as const, ArrowRight: 1 as const }[event.key];
  if (step !== undefined) void stepViewer(step);
  else if (key === '+' || key === '=') change({ zoom: ZOOM_STEP });
  else if (key === '-') change({ zoom: 1 / ZOOM_STEP });
  else if (key === '0') change('fit');
  else if (key === '1') change('actual');
  else if (key === 'r') change('turn');
  else if (key === 'e' && edit) edit();
  else return false;
  return true;
}

function Tools({
  message,
  isCopied,
  scale,
  isSmaller,
  change,
  edit,
}: {
  message: MessageView;
  isCopied: boolean;
  scale: number;
  isSmaller: boolean;
  change: (step: Change) => void;
  edit: (() => void) | null;
}) {
  const t = useT();
  return (
    <>
      <IconButton
        icon={ZoomOut}
        label={t('viewer.zoomOut')}
        onClick={() => change({ zoom: 1 / ZOOM_STEP })}
      />
      <output className={css['percent']} aria-label={t('viewer.zoom')}>
        {Math.round(scale * 100)}%
      </output>
      <IconButton icon={ZoomIn} label={t('viewer.zoomIn')} onClick={() => change({ zoom: ZOOM_STEP })} />
      <IconButton
        icon={Scan}
        label={t(isSmaller ? 'viewer.actual' : 'viewer.fit')}
        onClick={() => change(isSmaller ? 'actual' : 'fit')}
      />
      <IconButton icon={RotateCw} label={t('viewer.rotate')} onClick={() => change('turn')} />
      {isCopied && (
        <IconButton icon={Copy} label={t('media.copyImage')} onClick={() => void copyImage(message)} />
      )}
      {edit && <IconButton icon={Pencil} label={t('imageEditor.menu')} keys="E" onClick={edit} />}
      {!burns(message) && (
        <IconButton icon={Download} label={t('media.saveAs')} onClick={() => void saveMedia(message)} />
      )}
    </>
  );
}

/** Opens the image editor on the picture, where what it makes can be sent; null = not of this one, or not here. */
function useEdit(
  viewing: Viewing,
  message: MessageView,
  media: LoadedMedia | undefined,
): (() => void) | null {
  const isOpen = useComposerBlock(message.channel) === null;
  if (!isOpen || viewing.among !== 'flow' || media?.state !== 'ready' || !canEditImage(message)) return null;
  return () => {
    closeViewer();
    editImageOf(message);
  };
}

/** In place of a picture: why it is not there, and what a click does about it. */
function Unshown({ message, media }: { message: MessageView; media: LoadedMedia | undefined }) {
  const t = useT();
  if (media?.state !== 'failed' && media?.state !== 'foreign' && media?.state !== 'hidden') return null;
  const load = (): void => void loadMedia(message.channel, message.key, { asked: true });
  const { icon, text, act } =
    media.state === 'hidden'
      ? { icon: Download, text: hiddenPicture(media, t), act: () => void saveMedia(message) }
      : media.state === 'foreign'
        ? { icon: ImageDown, text: t('media.foreign', { host: media.host }), act: load }
        : {
            icon: RotateCcw,
            text: t(media.reason === 'missing' ? 'media.missing' : 'media.reload'),
            act: load,
          };
  return (
    <button type="button" className={css['failed']} onClick={act}>
      <Icon of={icon} size={20} />
      {text}
    </button>
  );
}

type Change =
  | 'fit'
  | 'actual'
  | 'turn'
  | { zoom: number; at?: { x: number; y: number } }
  | { move: [dx: number, dy: number] };

/** Scale, turn and place of the image that is shown; another image begins anew. */
function useView(key: string, stage: React.RefObject<HTMLDivElement | null>) {
  const [state, setState] = useState<{ key: string; view: View; natural: Size }>({
    key,
    view: FITTED,
    natural: { width: 0, height: 0 },
  });
  const fresh = state.key === key ? state : { key, view: FITTED, natural: { width: 0, height: 0 } };
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const room = useRef<Size>({ width: window.innerWidth, height: window.innerHeight });
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      room.current = { width: element.clientWidth, height: element.clientHeight };
      redraw();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  const change = (step: Change): void =>
    setState((before) => {
      const { view, natural } = before.key === key ? before : fresh;
      return { key, natural, view: changed(view, step, natural, room.current) };
    });
  const setNatural = (natural: Size): void =>
    setState((before) => ({ key, natural, view: before.key === key ? before.view : FITTED }));
  // oxlint-disable-next-line react/refs -- the size of the window only scales what is drawn; a change of it redraws
  return { view: fresh.view, natural: fresh.natural, room: room.current, change, setNatural };
}

function changed(view: View, step: Change, natural: Size, room: Size): View {
  if (step === 'fit') return { ...FITTED, turn: view.turn };
  if (step === 'actual') return { ...FITTED, scale: 1, turn: view.turn };
  if (step === 'turn') return turned(view);
  if ('move' in step) return moved(view, step.move[0], step.move[1], natural, room);
  return zoomed(view, step.zoom, natural, room, step.at);
}

/** Where the image is: wheel zooms at the pointer, dragging moves, a double click is left to the system. */
function Stage({
  stage,
  drag,
  onZoom,
  onMove,
  children,
}: {
  stage: React.RefObject<HTMLDivElement | null>;
  /** Pulling it takes it out of the window; null: moves it. */
  drag: ReturnType<typeof dragOut> | null;
  onZoom: (factor: number, at: { x: number; y: number }) => void;
  onMove: (dx: number, dy: number) => void;
  children: React.ReactNode;
}) {
  const zoom = useLatest(onZoom);
  useEffect(() => {
    const element = stage.current;
    // React listens passively to the wheel: the page would zoom along.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const middle = (event.currentTarget as HTMLElement).getBoundingClientRect();
      zoom.current(Math.exp(-event.deltaY / 400), {
        x: event.clientX - middle.left - middle.width / 2,
        y: event.clientY - middle.top - middle.height / 2,
      });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [stage, zoom]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- by keyboard: + - 0 1 and the buttons
    <div
      ref={stage}
      className={css['stage']}
      {...drag}
      onPointerDown={(event) => {
        if (event.target instanceof HTMLImageElement) {
          if (!drag) event.currentTarget.setPointerCapture(event.pointerId);
        } else if (event.target === event.currentTarget) closeViewer();
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(event.movementX, event.movementY);
      }}
    >
      {children}
    </div>
  );
}
