import { Minus, Plus, RotateCw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import Cropper, { type Area } from 'react-easy-crop';
import 'react-easy-crop/react-easy-crop.css';
import { CodedError } from '../../shared/ipc/result.ts';
import { useT } from '../i18n/i18n.ts';
import { ActionDialog } from './action-dialog.tsx';
import { cropped } from './crop-picture.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';
import { latinKey } from './latin-key.ts';
import { Slider } from './slider.tsx';
import css from './crop-dialog.module.css';

const MOST_ZOOM = 4;
const STEP = 0.1;
const PREVIEW = [64, 40, 24] as const;
const clamp = (zoom: number): number => Math.min(MOST_ZOOM, Math.max(1, zoom));

/**
 * Which part of a picked picture others see (more.md 7): arrows move, + and - zoom, R turns. `onUse` gets what is cut
 * out; what it throws is said here.
 */
export function CropDialog({
  title,
  url,
  square: isSquare = false,
  onUse,
  onClose,
}: {
  title: string;
  url: string;
  /** Seen as a square with round corners, as groups are; else as a circle. */
  square?: boolean;
  onUse: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useT();
  const [crop, setCrop] = useState({ x: 0, y: 0 });
  const [zoom, setZoom] = useState(1);
  const [quarters, setQuarters] = useState(0);
  const [square, setSquare] = useState<Area | null>(null);
  const preview = usePreview(url, square, quarters);
  const turn = (): void => setQuarters((now) => (now + 1) % 4);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = latinKey(event);
    if (event.key === '+' || event.key === '=') setZoom((now) => clamp(now + STEP));
    else if (event.key === '-') setZoom((now) => clamp(now - STEP));
    else if (key === 'r') turn();
    else return;
    event.preventDefault();
  };
  return (
    <ActionDialog
      title={title}
      actionLabel={t('crop.use')}
      why={square === null ? t('why.wait') : null}
      className={css['dialog']}
      onClose={onClose}
      onAction={async (isOpen) => {
        if (!square) return;
        let bytes: Uint8Array<ArrayBuffer>;
        try {
          bytes = await cropped(url, square, quarters);
        } catch {
          throw new CodedError('refused', t('crop.bad'));
        }
        await onUse(bytes);
        if (isOpen()) onClose();
      }}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of everything inside */}
      <div className={css['layout']} onKeyDown={onKeyDown}>
        <div className={css['area']} data-testid="crop-area">
          <Cropper
            image={url}
            crop={crop}
            zoom={zoom}
            maxZoom={MOST_ZOOM}
            rotation={quarters * 90}
            aspect={1}
            objectFit="cover"
            cropShape={isSquare ? 'rect' : 'round'}
            showGrid={false}
            keyboardStep={8}
            disableAutomaticStylesInjection
            cropperProps={{ 'aria-label': t('crop.area'), role: 'group' }}
            onCropChange={setCrop}
            onZoomChange={(next) => setZoom(clamp(next))}
            onCropComplete={(_part, pixels) => setSquare(pixels)}
          />
        </div>
        <div className={css['side']}>
          <div className={css['label']}>{t('crop.preview')}</div>
          <div className={css['previews']}>
            {PREVIEW.map((side) => (
              <span key={side} className={cx(css['preview'], css[`p${side}`], isSquare && css['group'])}>
                {preview !== '' && <img src={preview} alt="" width={side} height={side} />}
              </span>
            ))}
          </div>
          <div className={css['zoom']}>
            <IconButton
              icon={Minus}
              label={t('crop.zoomOut')}
              size={28}
              iconSize={16}
              onClick={() => setZoom((now) => clamp(now - STEP))}
            />
            <Slider
              min={1}
              max={MOST_ZOOM}
              step={STEP}
              value={zoom}
              aria-label={t('crop.zoom')}
              onChange={(event) => setZoom(Number(event.target.value))}
            />
            <IconButton
              icon={Plus}
              label={t('crop.zoomIn')}
              size={28}
              iconSize={16}
              onClick={() => setZoom((now) => clamp(now + STEP))}
            />
          </div>
          <div className={css['turn']}>
            <IconButton icon={RotateCw} label={t('crop.rotate')} onClick={turn} />
            <span className={css['keys']}>{t('crop.keys')}</span>
          </div>
        </div>
      </div>
    </ActionDialog>
  );
}

/** What would be uploaded, as it is drawn. */
function usePreview(url: string, square: Area | null, quarters: number): string {
  const [preview, setPreview] = useState('');
  useEffect(() => {
    if (!square) return undefined;
    let current = true;
    let made = '';
    const show = (bytes: Uint8Array<ArrayBuffer>): void => {
      if (!current) return;
      made = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
      setPreview(made);
    };
    void cropped(url, square, quarters).then(show, () => undefined);
    return () => {
      current = false;
      if (made !== '') URL.revokeObjectURL(made);
    };
  }, [url, square, quarters]);
  return preview;
}
