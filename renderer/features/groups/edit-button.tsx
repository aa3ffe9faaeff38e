import { Pencil } from 'lucide-react';
import { IconButton } from '../../ui/icon-button.tsx';
import css from './group-info.module.css';

export function EditButton({
  label,
  why = null,
  onClick,
}: {
  label: string;
  /** Why nothing can be changed now. */
  why?: string | null;
  onClick: () => void;
}) {
  return (
    <IconButton
      icon={Pencil}
      label={label}
      size={28}
      iconSize={14}
      className={css['edit']}
      why={why}
      onClick={onClick}
    />
  );
}
