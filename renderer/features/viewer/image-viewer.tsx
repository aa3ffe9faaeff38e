import {
  ChevronLeft,
  ChevronRight,
  Copy,
  Download,
  ImageDown,
  RotateCcw,
  RotateCw,
  Scan,
  X,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MessageView } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time-format.ts';
import { hiddenPicture } from '../../text/hidden-picture.ts';
import { useForgetting } from '../../state/forget.ts';
import { burns } from '../../state/messages/flames.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useLatest } from '../../ui/use-latest.ts';
import { useFocusTrap } from '../../ui/focus-trap.ts';
import { latinKey } from '../../ui/latin-key.ts';
import { canCopyImage, copyImage } from '../../state/media/copy-image.ts';
import { dragOut } from '../../state/media/drag-out.ts';
import { saveMedia } from '../../state/media/media-actions.ts';
import { MediaImage } from '../../ui/media-image.tsx';
import { type LoadedMedia, loadMedia, mediaBroken, useLoadedMedia } from '../../state/media/media-store.ts';
import {
  closeViewer,
  stepViewer,
  useViewed,
  useViewer,
  useViewerPlace,
  type Viewing,
} from '../../state/media/viewer-store.ts';
import { FITTED, moved, scaleOf, type Size, turned, type View, zoomed } from './viewer-view.ts';
import css from './image-viewer.module.css';

const ZOOM_STEP = 1.25;

/**
 * The image viewer, a dialog over the window. Shows only what the flow still holds: a recalled image is gone from it in
 * the same frame.
 */
export function ImageViewer() {
  const viewing = useViewer((state) => state.viewing);
  const message = useViewed(viewing);
  useForgetting();
  const open = viewing !== null && message?.content.kind === 'image';
  useEffect(() => {
    // Out of the loaded window, or no image any more: there is nothing to come back to.
    if (viewing && !open) closeViewer();
  }, [viewing, open]);
  return open ? <Viewer viewing={viewing} message={message} /> : null;
}

function Viewer({ viewing, message }: { viewing: Viewing; message: MessageView }) {
  const t = useT();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const trap = useFocusTrap(box);
  const stage = useRef<HTMLDivElement>(null);
  const { key, channel } = message;
  const media = useLoadedMedia(channel, key);
  // Follows what is recalled, deleted or arrives while the viewer is open.
  const place = useViewerPlace(viewing);
  const { view, natural, room, change, setNatural } = useView(key, stage);

  const missing = media === undefined;
  // What waits for a click is looked at now.
  const held = media?.state === 'held';
  useEffect(() => {
    if (missing || held) void loadMedia(channel, key, { asked: held });
  }, [channel, key, held, missing]);

  const onKeyDown = (event: KeyboardEvent): void => {
    trap(event);
    if (event.key === 'Escape') {
      event.preventDefault();
      closeViewer();
      return;
    }
    const key = latinKey(event);
    if ((event.ctrlKey || event.metaKey) && key === 's') {
      event.preventDefault();
      if (!burns(message)) void saveMedia(message);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && key === 'c' && canCopyImage(message)) {
      event.preventDefault();
      void copyImage(message);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
    if (step !== undefined) void stepViewer(step);
    else if (key === '+' || key === '=') change({ zoom: ZOOM_STEP });
    else if (key === '-') change({ zoom: 1 / ZOOM_STEP });
    else if (key === '0') change('fit');
    else if (key === '1') change('actual');
    else if (key === 'r') change('turn');
    else return;
    event.preventDefault();
  };

  const waits = media === undefined || media.state === 'loading' || media.state === 'ready';
  const scale = scaleOf(view, natural, room);
  const percent = Math.round(scale * 100);
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a modal dialog has its keys
    <div
      ref={box}
      role="dialog"
      aria-modal="true"
      aria-label={t('viewer.label')}
      tabIndex={-1}
      className={css['viewer']}
      onKeyDown={onKeyDown}
      data-testid="viewer"
    >
      <div className={css['head']}>
        <span className={css['who']}>
          <b className="ellipsis">
            <bdi>{message.fromName}</bdi>
          </b>
          <span>{fullTime(language, message.timestamp * 1000)}</span>
        </span>
        <span className={css['tools']}>
          <IconButton
            icon={ZoomOut}
            label={t('viewer.zoomOut')}
            onClick={() => change({ zoom: 1 / ZOOM_STEP })}
          />
          <output className={css['percent']} aria-label={t('viewer.zoom')}>
            {percent}%
          </output>
          <IconButton icon={ZoomIn} label={t('viewer.zoomIn')} onClick={() => change({ zoom: ZOOM_STEP })} />
          <IconButton
            icon={Scan}
            label={t(view.scale === null && scale < 1 ? 'viewer.actual' : 'viewer.fit')}
            onClick={() => change(view.scale === null && scale < 1 ? 'actual' : 'fit')}
          />
          <IconButton icon={RotateCw} label={t('viewer.rotate')} onClick={() => change('turn')} />
          {media?.state === 'ready' && canCopyImage(message) && (
            <IconButton icon={Copy} label={t('media.copyImage')} onClick={() => void copyImage(message)} />
          )}
          {!burns(message) && (
            <IconButton icon={Download} label={t('media.saveAs')} onClick={() => void saveMedia(message)} />
          )}
          <IconButton icon={X} label={t('action.close')} data-autofocus onClick={closeViewer} />
        </span>
      </div>
      <Stage
        stage={stage}
        // As it fits there is nothing to move it for.
        drag={view.scale === null ? dragOut(message) : null}
        onZoom={(factor, point) => change({ zoom: factor, at: point })}
        onMove={(dx, dy) => change({ move: [dx, dy] })}
      >
        {media?.state === 'ready' && (
          <MediaImage
            key={media.src}
            src={media.src}
            className={css['image']}
            style={{
              width: natural.width * scale,
              height: natural.height * scale,
              transform: `translate(-50%, -50%) translate(${view.x}px, ${view.y}px) rotate(${view.turn}deg)`,
            }}
            onShown={setNatural}
            onBroken={() => mediaBroken(channel, key)}
          />
        )}
        <Unshown message={message} media={media} />
        {waits && natural.width === 0 && <Spinner size={32} className={css['waiting']} />}
      </Stage>
      <IconButton
        className={css['previous']}
        icon={ChevronLeft}
        label={t('viewer.previous')}
        why={place.hasPrevious ? null : t('viewer.first')}
        onClick={() => void stepViewer(-1)}
      />
      <IconButton
        className={css['next']}
        icon={ChevronRight}
        label={t('viewer.next')}
        why={place.hasNext ? null : t('viewer.last')}
        onClick={() => void stepViewer(1)}
      />
      {place.count > 1 && (
        <output className={css['position']}>
          {t('media.progress', { a: place.at + 1, b: place.count })}
        </output>
      )}
    </div>,
    document.body,
  );
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
