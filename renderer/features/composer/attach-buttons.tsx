import { Image as ImageIcon, Paperclip } from 'lucide-react';
import { useRef } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { attachFiles } from '../../state/composer/attachment-store.ts';

/** File and image of the composer: each opens the system's picker. */
export function AttachButtons({
  channel,
  why,
  onPicked,
}: {
  channel: ChannelRef;
  /** Why nothing can be attached now; null = it can. */
  why: string | null;
  onPicked: () => void;
}) {
  const t = useT();
  const pick = { channel, why, onPicked };
  return (
    <>
      <PickButton {...pick} icon={Paperclip} label={t('composer.file')} testId="pick-file" />
      <PickButton
        {...pick}
        icon={ImageIcon}
        label={t('composer.image')}
        accept="image/*,video/*"
        testId="pick-image"
      />
    </>
  );
}

function PickButton({
  channel,
  why,
  onPicked,
  icon,
  label,
  accept,
  testId,
}: {
  channel: ChannelRef;
  why: string | null;
  onPicked: () => void;
  icon: typeof Paperclip;
  label: string;
  accept?: string;
  testId: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={icon} label={label} why={why} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        data-testid={testId}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file can be picked again; the field keeps no names.
          currentTarget.value = '';
          void attachFiles(channel, files);
          onPicked();
        }}
      />
    </>
  );
}
