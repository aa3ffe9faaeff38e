import { Pencil } from 'lucide-react';
import { IconButton } from '../../ui/icon-button.tsx';
import css from './group-info.module.css';

export function EditButton({
  label,
  disabled = false,
  onClick,
}: {
  label: string;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <IconButton
      icon={Pencil}
      label={label}
      size={28}
      iconSize={14}
      className={css['edit']}
      disabled={disabled}
      onClick={onClick}
    />
  );
}
